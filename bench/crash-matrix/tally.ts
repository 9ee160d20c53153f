/** What happened in a run, or in many. */
export interface Tally {
  /** Entries of all inboxes. */
  events: number
  kills: number
  pauses: number
  cuts: number
  lostAcknowledgements: number
  leadersKilled: number
  /** Commits of a former owner, refused. */
  refusals: number
  /** Woken nodes that had lost the answer they waited for, and claimed again without having been refused first. */
  claimedAnew: number
  /** Second processes that were refused a data folder. */
  foldersRefused: number
  /** Work done outside again, under the key of the first time. */
  repeats: number
}

export function emptyTally(): Tally {
  return {
    events: 0,
    kills: 0,
    pauses: 0,
    cuts: 0,
    lostAcknowledgements: 0,
    leadersKilled: 0,
    refusals: 0,
    claimedAnew: 0,
    foldersRefused: 0,
    repeats: 0,
  }
}

/** The sum of tallies. */
export function sumOf(tallies: readonly Tally[]): Tally {
  const sum = emptyTally()
  for (const tally of tallies) for (const name of namesIn(sum)) sum[name] += tally[name]
  return sum
}

function namesIn(tally: Tally): readonly (keyof Tally)[] {
  return Object.keys(tally) as (keyof Tally)[]
}
