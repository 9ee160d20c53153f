/** What is counted in a run, or in many. */
export const tallied = [
  /** Entries of all inboxes. */
  'events',
  'kills',
  'pauses',
  'cuts',
  'lostAcknowledgements',
  'leadersKilled',
  /** Commits of a former owner, refused. */
  'refusals',
  /** Woken nodes that had lost the answer they waited for, and claimed again without having been refused first. */
  'claimedAnew',
  /** Second processes that were refused a data folder. */
  'foldersRefused',
  /** Work done outside again, under the key of the first time. */
  'repeats',
] as const

export type Tally = { [name in (typeof tallied)[number]]: number }

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
  for (const tally of tallies) for (const name of tallied) sum[name] += tally[name]
  return sum
}
