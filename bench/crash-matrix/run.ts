import { setTimeout as sleep } from 'node:timers/promises'
import { silentLog } from '#runtime/testing/small-host.ts'
import { boundaries, nameOf, type Boundary, type Cell } from './boundaries.ts'
import { Crowd } from './crowd.ts'
import { gatherEvidence, waitingFor } from './evidence.ts'
import { judge } from './judge.ts'
import type { NodePool } from './node-pool.ts'
import type { NodeProcess } from './node-process.ts'
import { openJournal } from './open-journal.ts'
import { readOutside } from './outside.ts'
import { untilNothing, Waited, within } from './patience.ts'
import type { About, Job } from './protocol.ts'
import { clerks, partitions } from './script.ts'
import { strike, strikesByNetwork, type Scene } from './strike.ts'
import { emptyTally, type Tally } from './tally.ts'
import type { World } from './world.ts'

/** A cell, for the n-th time the node gets to its boundary. */
export interface Run {
  readonly cell: Cell
  /** From 1. */
  readonly occurrence: number
}

export interface RunResult extends Run {
  /** Every broken promise, in words. */
  readonly wrong: readonly string[]
  readonly tally: Tally
}

const everything = Array.from({ length: partitions }, (_, partition) => partition)

/** How long an acknowledgement is waited for: short, so that one that is lost is missed soon. */
const missedMs = 1_500
/** A node that was paused has to find the answer to what it asked, and not that it has waited for too long. */
const pausedMs = 10_000
const judgeMs = 10_000

/** Rounds of the script that are played until the node gets to its boundary. */
const roundsMax = 6

/**
 * One run: a node is struck at its boundary while the script is played, the script goes on with whoever serves, and everything that is left is
 * judged from outside. Rejects only for what is not the nodes' fault.
 */
export async function runCell(run: Run, world: World, pool: NodePool): Promise<RunResult> {
  const [first, second] = [await pool.take(), await pool.take()]
  const stage = new Stage(run, world, { first, second })
  try {
    const wrong = await stage.play()
    return { ...run, wrong, tally: stage.tally }
  } catch (error) {
    await Promise.all([first.kill(), second.kill()])
    if (!(error instanceof Waited)) throw error
    return { ...run, wrong: [error.message], tally: stage.tally }
  } finally {
    pool.give(first)
    pool.give(second)
  }
}

/** Owns what is happening in one run. */
class Stage implements Scene {
  readonly run: Run
  readonly world: World
  readonly first: NodeProcess
  readonly second: NodeProcess
  readonly crowd = new Crowd()
  readonly tally = emptyTally()
  playing: Promise<void> = Promise.resolve()
  #starting: Promise<void> = Promise.resolve()
  #struck = false

  constructor(run: Run, world: World, nodes: { readonly first: NodeProcess; readonly second: NodeProcess }) {
    this.run = run
    this.world = world
    this.first = nodes.first
    this.second = nodes.second
  }

  get cell(): Cell {
    return this.run.cell
  }

  async play(): Promise<readonly string[]> {
    const refusedBefore = this.first.noticed.refused
    try {
      if (this.cell.boundary === 'redrive.after') await this.#leaveWorkPending()
      const about = await this.#reachBoundary()
      this.#struck = true
      const serving = await strike(this, about)
      await this.#playOn(serving)
      await this.#settle(serving)
      this.tally.refusals = this.first.noticed.refused - refusedBefore
    } finally {
      this.crowd.goHome()
    }
    return this.#judge()
  }

  /** The other node takes everything over. */
  async takeOver(): Promise<void> {
    await within(
      'a new owner to start',
      startUntilServing(this.second, () => this.#job('second')),
    )
    this.crowd.turnTo(this.second)
  }

  /** Goes on with the script, behind what is still being sent. */
  playOn(): Promise<void> {
    this.playing = this.playing.then(() => this.crowd.playRound())
    return within('the script to be accepted', this.playing)
  }

  /** The node that was struck serves, started again where its start was what failed. */
  async firstServes(): Promise<void> {
    await within('the node to serve again', this.#starting)
  }

  async #playOn(serving: NodeProcess): Promise<void> {
    this.crowd.turnTo(serving)
    await this.playOn()
  }

  /** An earlier owner asks for work outside and is gone before any of it is done. */
  async #leaveWorkPending(): Promise<void> {
    await within(
      'an earlier owner to start',
      startUntilServing(this.second, () => ({ ...this.#job('second'), idle: true })),
    )
    this.crowd.turnTo(this.second)
    await this.playOn()
    await untilNothing('an earlier owner to leave work', async () => {
      const { busy } = await this.second.look()
      return busy === clerks.length ? undefined : `${busy} actors have work`
    })
    await within('an earlier owner to stop', this.second.stop())
  }

  async #reachBoundary(): Promise<About> {
    const held = Promise.withResolvers<About>()
    let there = false
    void held.promise.then(() => (there = true))
    this.#starting = startUntilServing(this.first, () => this.#firstJob(), held.resolve)
    // Whoever waits for it hears of it.
    this.#starting.catch(() => {})
    this.crowd.turnTo(this.first)
    for (let round = 0; round < roundsMax; round++) {
      this.playing = this.crowd.playRound()
      const heldOrPlayed = await within(
        'the node to get to its boundary',
        Promise.race([held.promise, this.playing.then(() => undefined)]),
      )
      if (heldOrPlayed !== undefined) return heldOrPlayed
      await untilNothing('the script to be handled', async () =>
        there ? undefined : (await this.first.look()).waiting,
      )
      await sleep(0)
      if (there) return held.promise
    }
    throw new Waited(`${nameOf(this.cell)}: the node never got there`)
  }

  /** Until everything has been handled, also what the former owner left behind. */
  async #settle(serving: NodeProcess): Promise<void> {
    const settled = (): Promise<void> =>
      untilNothing('everything to settle', async () => (await serving.look()).waiting)
    await settled()
    const former = serving === this.first ? this.second : this.first
    await within('the former owner to start', former === this.first ? this.#starting : Promise.resolve())
    await within('the former owner to stop', former.stop())
    await settled()
    await within('the owner to stop', serving.stop())
  }

  async #judge(): Promise<readonly string[]> {
    const opened = await openJournal({
      place: this.world.place,
      name: 'judge',
      log: silentLog,
      timeoutMs: judgeMs,
    })
    const { journal } = opened
    try {
      // A reader of a cluster may be a moment behind.
      await untilNothing('the judge to see everything settled', () => waitingFor(journal))
      const outside = readOutside(this.world.outside)
      const evidence = await gatherEvidence(journal, { accepted: this.crowd.accepted, outside })
      this.tally.events = evidence.inbox.length
      this.tally.repeats = outside.length - new Set(outside.map(({ key }) => key)).size
      return judge(evidence)
    } finally {
      await opened.close()
    }
  }

  /** Once it was struck it is not held again. */
  #firstJob(): Job {
    const { boundary, fault } = this.cell
    const place = { ...this.#job('first'), journal: this.world.struckPlace }
    if (this.#struck) return place
    const { occurrence } = this.run
    // The network has to fail before the write goes out, so that its answer is lost.
    return strikesByNetwork(this.cell) && fault === 'lost-ack'
      ? { ...place, watch: { boundary: beforeOf(boundary), occurrence, where: 'on-the-wire' } }
      : { ...place, watch: { boundary, occurrence, where: 'in-the-call' } }
  }

  /** With a server that dies answers are lost, whatever else happens. */
  get #timeoutMs(): number {
    const { journal, fault } = this.cell
    return fault === 'pause' && journal !== 'nats-r3-leader' ? pausedMs : missedMs
  }

  #job(node: 'first' | 'second'): Job {
    const { place: journal, outside } = this.world
    return { node, journal, outside, owned: everything, timeoutMs: this.#timeoutMs }
  }
}

/** The other side of the same write. */
function beforeOf(boundary: Boundary): Boundary {
  const before = boundary.replace('.after', '.before')
  return boundaries.map(([name]) => name).find((name) => name === before) ?? boundary
}

/** As whoever supervises processes does: a start that fails because the journal can't be reached is tried again. */
async function startUntilServing(node: NodeProcess, job: () => Job, held?: (about: About) => void): Promise<void> {
  for (;;) {
    const started = await node.start(job(), held)
    if (started.status !== 'refused') return
    if (started.code !== 'store-unavailable') throw new Waited(`a node does not start: ${started.code}`)
    await sleep(20)
  }
}
