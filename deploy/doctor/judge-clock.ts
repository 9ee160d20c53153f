import { timeText } from './amounts.ts'
import { well, type Finding, type Subject } from './finding.ts'

/** What another machine's clock said, and when by ours it was asked and had answered. Epoch milliseconds. */
export interface ClockSeen {
  readonly remoteMs: number
  readonly beforeMs: number
  readonly afterMs: number
}

/** Beyond the first it is worth a look, beyond the second things go wrong. */
export const clockBoundsMs = { advice: 1000, wrong: 5000 } as const

/** How far another clock is ahead of ours at the least, milliseconds; negative when it is behind. What the way there may account for is left out. */
export function aheadMs({ remoteMs, beforeMs, afterMs }: ClockSeen, finenessMs = 0): number {
  const ahead = remoteMs - (beforeMs + afterMs) / 2
  const unsure = Math.abs(afterMs - beforeMs) / 2 + finenessMs
  return Math.sign(ahead) * Math.max(0, Math.abs(ahead) - unsure)
}

/** Whether the clocks of several machines, by their names, agree with ours. One finding for all that do. */
export function judgeClocks(
  about: Subject,
  check: string,
  clocks: readonly { readonly whose: string; readonly aheadMs: number }[],
): readonly Finding[] {
  const off = clocks.filter((clock) => Math.abs(clock.aheadMs) > clockBoundsMs.advice)
  if (off.length === 0 && clocks.length > 0) {
    const most = Math.max(...clocks.map((clock) => Math.abs(clock.aheadMs)))
    const within = most < 1 ? 'as far as can be told' : `within ${timeText(most)}`
    return [well(check, about, `clocks agree with this machine's, ${within}`)]
  }
  return off.map(({ whose, aheadMs: ahead }) => ({
    level: Math.abs(ahead) > clockBoundsMs.wrong ? 'wrong' : 'advice',
    check,
    about,
    found: `the clock of ${whose} is ${timeText(Math.abs(ahead))} ${ahead > 0 ? 'ahead of' : 'behind'} this machine's`,
    means: 'Timers, tokens, limits and the order of things by time go by one clock here and by another there.',
    todo: 'Let a time service (chrony, systemd-timesyncd) set both clocks, and look again.',
  }))
}
