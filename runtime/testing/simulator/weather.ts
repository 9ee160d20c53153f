import type { Clock } from '../../ports/clock.ts'
import type { Ids } from '../../ports/ids.ts'
import type { Faults } from './faults.ts'
import type { Process } from './process.ts'

/** Whom the weather may strike, and how. */
export interface Landscape {
  readonly serving: () => readonly Process[]
  readonly crash: (process: Process) => void
  readonly terminate: (process: Process) => Promise<number>
  readonly counts: { cuts: number; outages: number; blackouts: number }
}

const everyMs = 1_000
const cutWithinMs = 5_000

/** Once a second, while faults last: all nodes die, nobody is reached for a while, or one is cut off or told to stop. */
export function startWeather(
  { clock, ids, faults }: { readonly clock: Clock; readonly ids: Ids; readonly faults: () => Faults },
  { serving, crash, terminate, counts }: Landscape,
): void {
  const within = (ms: number): number => Math.floor(ids.random() * ms)
  const change = (): void => {
    const { leave, cut, outage, blackout } = faults()
    const up = serving()
    const victim = up[within(up.length)]
    if (ids.random() < blackout) {
      counts.blackouts += 1
      for (const process of up) crash(process)
    } else if (ids.random() < outage) {
      counts.outages += 1
      const lastsMs = within(cutWithinMs)
      for (const process of up) process.cutOff(lastsMs)
    } else if (victim !== undefined && ids.random() < cut) {
      counts.cuts += 1
      victim.cutOff(within(cutWithinMs))
    } else if (victim !== undefined && ids.random() < leave) void terminate(victim)
    if (leave + cut + outage + blackout > 0) clock.schedule(clock.nowMs() + everyMs, change)
  }
  clock.schedule(clock.nowMs() + everyMs, change)
}
