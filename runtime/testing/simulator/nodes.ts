import type { ManualClock } from '../manual-clock.ts'
import type { Ids } from '../../ports/ids.ts'
import type { Faults } from './faults.ts'
import { createProcess, type Process, type ProcessParts, type Role } from './process.ts'
import { startWeather } from './weather.ts'

export interface NodesOptions extends ProcessParts {
  readonly clock: ManualClock
  readonly ids: Ids
  readonly nodes: number
  readonly gateways: number
  readonly faults: () => Faults
}

/** The places of a cluster and the processes in them, with what keeps each place taken. */
export interface Nodes {
  /** Processes that serve now. */
  serving(): readonly Process[]
  /** All there ever were. */
  readonly booted: readonly Process[]
  readonly places: number
  /** Terminates the process of a place. Resolves once it has exited, with what that took in milliseconds; another takes its place soon. */
  terminate(place: number): Promise<number>
  /** Kills the process of a place, which stays empty for a while. */
  kill(place: number): void
  readonly counts: NodeCounts
}

export interface NodeCounts {
  crashes: number
  pauses: number
  boots: number
  leaves: number
  cuts: number
  outages: number
  blackouts: number
}

interface Place {
  readonly role: Role
  name: string
  process?: Process
}

const joinsWithinMs = 10_000
const bootsWithinMs = 1_500
const bootsLateWithinMs = 6_000
const sleepsWithinMs = 8_000
const zombieLivesMs = 3_000
const failedBootsAfterMs = 200
const killedBootsAfterMs = 10_000

/**
 * Owns the places. 1. A place is empty only until its next process boots. 2. A paused process may lose its place: it wakes beside its
 * successor and is terminated soon. 3. Death and sleep strike a process right before or after one of its calls.
 */
export function createNodes(options: NodesOptions): Nodes {
  const { clock, ids } = options
  const counts: NodeCounts = { crashes: 0, pauses: 0, boots: 0, leaves: 0, cuts: 0, outages: 0, blackouts: 0 }
  const booted: Process[] = []
  const places = [...placesOf('node', options.nodes), ...placesOf('gateway', options.gateways)]
  const within = (ms: number): number => Math.floor(ids.random() * ms)
  const later = (ms: number, run: () => void): void => void clock.schedule(clock.nowMs() + ms, run)

  const boot = (place: Place): void => {
    if (place.process !== undefined) return
    counts.boots += 1
    // As often as not under its old name, as a stateful set would.
    if (ids.random() < 0.5) place.name = `${place.name.split('.')[0]}.${counts.boots}`
    const process = createProcess(place, options, strike)
    place.process = process
    booted.push(process)
    process.start().catch(() => {
      process.mortal.kill()
      exited(process, failedBootsAfterMs)
    })
  }
  const exited = (process: Process, bootsInMs: number): void => {
    const place = places.find((each) => each.process === process)
    if (place === undefined) return
    delete place.process
    later(bootsInMs, () => boot(place))
  }
  const terminate = async (process: Process): Promise<number> => {
    counts.leaves += 1
    const tookMs = await process.terminate()
    exited(process, within(bootsWithinMs))
    return tookMs
  }
  const crash = (process: Process, bootsInMs: number): void => {
    counts.crashes += 1
    process.mortal.kill()
    exited(process, bootsInMs)
  }
  const comesBackIn = (): number => within(options.nodes > 1 && ids.random() < 0.5 ? bootsLateWithinMs : bootsWithinMs)
  const pause = (process: Process): void => {
    counts.pauses += 1
    process.mortal.pause()
    const place = places.find((each) => each.process === process)
    const replaced = place !== undefined && (options.nodes === 1 || ids.random() < 0.5)
    if (replaced) exited(process, 0)
    later(within(sleepsWithinMs), () => {
      process.mortal.resume()
      if (replaced) later(within(zombieLivesMs), () => void process.terminate())
    })
  }
  const strike = (process: Process): void => {
    const chance = ids.random()
    const { crash: crashes, pause: pauses } = options.faults()
    if (process.mortal.state() !== 'alive' || chance >= crashes + pauses) return
    if (chance < crashes) crash(process, comesBackIn())
    else pause(process)
  }
  const serving = (): readonly Process[] =>
    places.flatMap(({ process }) => (process?.runtime === undefined ? [] : [process]))

  for (const [index, place] of places.entries()) later(index === 0 ? 0 : within(joinsWithinMs), () => boot(place))
  startWeather(options, { serving, terminate, crash: (process) => crash(process, comesBackIn()), counts })
  return {
    counts,
    serving,
    booted,
    places: places.length,
    async terminate(index) {
      const process = places[index]?.process
      return process === undefined ? 0 : terminate(process)
    },
    kill(index) {
      const process = places[index]?.process
      if (process !== undefined) crash(process, killedBootsAfterMs)
    },
  }
}

function placesOf(role: Role, length: number): Place[] {
  return Array.from({ length }, (_, index) => ({ role, name: `${role}-${index}` }))
}
