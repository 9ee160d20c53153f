/** Every place between two hops of one message at which a process can die, in the order in which a message meets them. */
export const boundaries = [
  ['append.before', 'an event has come, and is not written yet'],
  ['append.after', 'it is written, and whoever sent it has not been told'],
  ['claim.before', 'a partition is about to be taken'],
  ['claim.after', 'it is taken, and its owner has not read from it'],
  ['redrive.after', 'work that the owner before left pending has been read'],
  ['read.after', 'events have been read, and nothing is decided'],
  ['load.after', 'an actor has been loaded for them'],
  ['commit.before', 'a group of steps, whatever it holds, is decided'],
  ['commit.after', 'it is written, and nothing that follows from it is done'],
  ['commit-asks.before', 'a group that asks for work outside is decided'],
  ['commit-asks.after', 'it is written, and the work has not begun'],
  ['commit-timers.before', 'a group that arms, re-arms or cancels timers is decided'],
  ['commit-timers.after', 'it is written'],
  ['commit-sends.before', 'a group that sends to another actor is decided'],
  ['commit-sends.after', 'it is written'],
  ['commit-outcome.before', 'a group that takes in the outcome of work is decided'],
  ['commit-outcome.after', 'it is written'],
  ['commit-fired.before', 'a group that takes in a fired timer is decided'],
  ['commit-fired.after', 'it is written'],
  ['commit-fenced.before', 'a group that leaves aside a late outcome is decided'],
  ['commit-fenced.after', 'it is written'],
  ['effect.before', 'work outside is about to be done'],
  ['effect.after', 'it is done, and nobody knows'],
  ['outcome.before', 'its outcome is about to be written'],
  ['outcome.after', 'its outcome is written'],
  ['fire.before', 'a timer is due, and is not in its inbox'],
  ['fire.after', 'it is in its inbox'],
] as const

export type Boundary = (typeof boundaries)[number][0]

export const faults = ['kill', 'pause', 'cut', 'lost-ack'] as const

export type Fault = (typeof faults)[number]

/** `nats-r3-leader`: three servers, of which the one that leads the stream is killed at the very instant of the fault. */
export const journalKinds = ['sqlite', 'nats-r1', 'nats-r3', 'nats-r3-leader'] as const

export type JournalKind = (typeof journalKinds)[number]

/** One fault, at one boundary, on one journal. */
export interface Cell {
  readonly journal: JournalKind
  readonly boundary: Boundary
  readonly fault: Fault
}

/** The boundaries of which the variation with a dying leader takes a few: an election takes seconds. */
const withDyingLeader: readonly Boundary[] = [
  'append.after',
  'claim.after',
  'commit.before',
  'commit.after',
  'outcome.after',
]

/** Why a cell can't be run, in words for the page. Absent: it can. */
export function whyNot({ journal, boundary, fault }: Cell): string | undefined {
  if (boundary.startsWith('fire.') && journal !== 'sqlite')
    return 'The server fires timers into their inboxes by itself: the node makes no call that could be struck.'
  if (fault === 'cut' && journal === 'sqlite')
    return 'The journal is a file of the same machine: there is no network to cut.'
  if (fault === 'lost-ack' && !boundary.endsWith('.after'))
    return 'Nothing has been written or done here yet, so there is no acknowledgement that could be lost.'
  if (fault === 'lost-ack' && !writes.has(boundary)) return 'A read changes nothing: its answer lost is a cut.'
  return undefined
}

const reads: readonly Boundary[] = ['redrive.after', 'read.after', 'load.after']
const writes: ReadonlySet<Boundary> = new Set(
  boundaries.map(([name]) => name).filter((name) => name.endsWith('.after') && !reads.includes(name)),
)

/** The cells of the matrix that can be run. */
export function cellsToRun(): readonly Cell[] {
  return journalKinds.flatMap((journal) =>
    boundariesOf(journal).flatMap((boundary) =>
      faults.map((fault) => ({ journal, boundary, fault })).filter((cell) => whyNot(cell) === undefined),
    ),
  )
}

/** The rows of a journal, those that can't be run included. */
export function boundariesOf(journal: JournalKind): readonly Boundary[] {
  return journal === 'nats-r3-leader' ? withDyingLeader : boundaries.map(([name]) => name)
}

/** `nats-r1 commit.after kill`: how a cell is called, on the command line too. */
export function nameOf({ journal, boundary, fault }: Cell): string {
  return `${journal} ${boundary} ${fault}`
}
