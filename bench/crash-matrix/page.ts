import {
  boundaries,
  boundariesOf,
  faults,
  nameOf,
  whyNot,
  type Boundary,
  type Fault,
  type JournalKind,
} from './boundaries.ts'
import type { RunResult } from './run.ts'
import { sumOf, type Tally } from './tally.ts'

export interface PageFacts {
  readonly versions: readonly string[]
  readonly seconds: number
  readonly runsEach: number
  /** Absent: today. */
  readonly date?: string
}

const journalNames: { readonly [kind in JournalKind]: string } = {
  sqlite: 'SQLite',
  'nats-r1': 'NATS R1',
  'nats-r3': 'NATS R3',
  'nats-r3-leader': 'NATS R3, its leader killed at the same instant',
}

const faultNames: { readonly [fault in Fault]: string } = {
  kill: 'kill',
  pause: 'pause',
  cut: 'cut',
  'lost-ack': 'lost acknowledgement',
}

/** `docs/crash-matrix.md` from the results of a whole matrix. */
export function pageOf(results: readonly RunResult[], facts: PageFacts): string {
  const notes = new Notes()
  const tables = [
    ...(['sqlite', 'nats-r1', 'nats-r3'] as const).map((journal) => tableOf(journal, results, notes)),
    tableOf('nats-r3-leader', results, notes),
  ]
  return [
    intro(facts),
    '## Totals',
    totalsOf(results, facts),
    ...tables,
    "## Cells that can't be run",
    notes.list(),
    '## Broken promises',
    brokenOf(results),
    again,
  ].join('\n\n')
}

function intro({ versions, date = new Date().toISOString().slice(0, 10) }: PageFacts): string {
  return `# Crash matrix

Every place between two hops of a message at which a node can die, times every fault, times every journal. \`npm run crash-matrix\` plays it
with real processes and real servers, and writes this page. ${date}: ${versions.join(', ')}.

In each run a node hosts three actors that use every hop: facts, questions to the world outside, letters, sends, timers armed, re-armed and cancelled, and a draft
that is taken away before it is done, so that its outcome comes too late. At the named boundary it is struck. The script goes on with whoever serves, and when everything has settled a judge reads the journal and the
world outside. Kept means: every event that was told to be durable is handled once and in order; revisions and facts are numbered 1…n without a gap; every effect was
asked for before it ran, ran at least once under one key, and its outcome counted once or, where it came too late, not at all; what one actor sends another arrives once; every timer fired
once or was cancelled; each replay equals its state; no dead letter, and nothing left pending.

- **kill**: SIGKILL. Another process takes everything over.
- **pause**: SIGSTOP. On NATS another process takes over and works on; woken, the first goes on where it stood, still believes that it owns everything, and has to be refused. On SQLite a
  second process has to be refused the folder, and the first goes on.
- **cut**: no network between the node and any server. In odd runs another takes over, and what the first has on the wire arrives late; in even runs the
  connections break and the same node finds its way back by itself.
- **lost acknowledgement**: the write is made and its answer never arrives. On NATS the network holds it back until the write is seen in the stream, then breaks; on SQLite, and for work
  outside, the call does its work and throws.`
}

function totalsOf(results: readonly RunResult[], { seconds, runsEach }: PageFacts): string {
  const sum = sumOf(results.map(({ tally }) => tally))
  const kept = results.filter(({ wrong }) => wrong.length === 0).length
  const cells = new Set(results.map(({ cell }) => nameOf(cell))).size
  const rows: readonly (readonly [string, number])[] = [
    ['cells', cells],
    ['runs', results.length],
    ['runs with every promise kept', kept],
    ['events in the inboxes', sum.events],
    ...totals.map(([name, key]) => [name, sum[key]] as const),
    ['seconds', seconds],
  ]
  return [
    `Each cell is run ${runsEach} times: the node is struck the first time it gets there, the second, and so on. With a dying leader it is run once.`,
    '',
    '| what | count |',
    '|---|---|',
    ...rows.map(([name, count]) => `| ${name} | ${count.toLocaleString('en-US')} |`),
  ].join('\n')
}

const totals: readonly (readonly [string, keyof Tally])[] = [
  ['nodes killed', 'kills'],
  ['nodes paused and woken', 'pauses'],
  ['networks cut', 'cuts'],
  ['acknowledgements lost', 'lostAcknowledgements'],
  ['leaders of streams killed', 'leadersKilled'],
  ['commits of former owners refused', 'refusals'],
  ['woken nodes that had lost an answer and claimed anew, without a refusal', 'claimedAnew'],
  ['second processes refused a data folder', 'foldersRefused'],
  ['times work outside was done again, under its first key', 'repeats'],
]

function tableOf(journal: JournalKind, results: readonly RunResult[], notes: Notes): string {
  const rows = boundariesOf(journal).map((boundary) => {
    const cells = faults.map((fault) => cellOf(results, { journal, boundary, fault }, notes))
    return `| \`${boundary}\` | ${whatOf(boundary)} | ${cells.join(' | ')} |`
  })
  return [
    `## ${journalNames[journal]}`,
    '',
    `| boundary | where the message is | ${faults.map((fault) => faultNames[fault]).join(' | ')} |`,
    `|---|---|${'---|'.repeat(faults.length)}`,
    ...rows,
  ].join('\n')
}

function cellOf(
  results: readonly RunResult[],
  cell: { readonly journal: JournalKind; readonly boundary: Boundary; readonly fault: Fault },
  notes: Notes,
): string {
  const reason = whyNot(cell)
  if (reason !== undefined) return `– (${notes.numberOf(reason)})`
  const own = results.filter((result) => nameOf(result.cell) === nameOf(cell))
  const kept = own.filter(({ wrong }) => wrong.length === 0).length
  const count = `${kept}/${own.length}`
  return kept === own.length ? count : `**${count}**`
}

function whatOf(boundary: Boundary): string {
  return boundaries.find(([name]) => name === boundary)?.[1] ?? ''
}

function brokenOf(results: readonly RunResult[]): string {
  const broken = results.filter(({ wrong }) => wrong.length > 0)
  if (broken.length === 0) return 'None.'
  return broken
    .flatMap(({ cell, occurrence, wrong }) => wrong.map((each) => `- \`${nameOf(cell)}\`, run ${occurrence}: ${each}`))
    .join('\n')
}

const again = `## One cell alone

\`npm run crash-matrix -- --only 'nats-r1 commit.after kill' --run 2\` plays one; a shorter name plays all that begin so. A broken promise is printed with the command that plays its cell
alone. [bench](../bench/README.md) says more about the crowd that is killed at random, [the runtime's rules](../runtime/SPEC.md) what is promised.
`

/** Reasons why cells can't be run, each with a number. */
class Notes {
  readonly #reasons: string[] = []

  numberOf(reason: string): number {
    if (!this.#reasons.includes(reason)) this.#reasons.push(reason)
    return this.#reasons.indexOf(reason) + 1
  }

  list(): string {
    return this.#reasons.map((reason, index) => `${index + 1}. ${reason}`).join('\n')
  }
}
