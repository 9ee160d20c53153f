import { openSqliteJournal } from '../adapters/sqlite/journal.ts'
import type { Claim } from '../ports/journal.ts'
import { actorAt, eventTo, groupOf, lead, startMs, stepOver } from './contracts/journal-material.ts'

/**
 * A process that journals as fast as it can until it is killed, for the crash test of the SQLite journal: it accepts events for
 * three actors, steps each with a send, a timer and a fact, and prints what has been acknowledged. Its first argument is the file.
 */
const [, , file = ''] = process.argv
const quiet = (): void => undefined
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet }
const journal = openSqliteJournal({ file, partitions: 1, log })
let claim: Claim = await journal.claim(0, 'writer')
const revisions = new Map<string, number>()
for (const id of [0, 1, 2]) revisions.set(lead(id), (await journal.load(lead(id)))?.revision ?? 0)

process.stdout.write(`ready ${claim.position}\n`)
for (let round = 0; ; round++) {
  const ids = Array.from({ length: 5 }, (_, index) => `p${process.pid}-${round}-${index}`)
  await journal.append(ids.map((id, index) => eventTo(lead(index % 3), id)))
  process.stdout.write(`accepted ${ids.join(' ')}\n`)
  const steps = (await journal.read(0, claim.position, 50)).map((entry) => {
    const to = entry.envelope.to
    const revision = (revisions.get(to) ?? 0) + 1
    revisions.set(to, revision)
    const first = entry.envelope.from === undefined && entry.envelope.timer === undefined
    const send = { ...eventTo(lead((revision + 1) % 3), `${to}#${revision}`), from: to }
    return stepOver(entry, {
      actor: actorAt(to, revision),
      sends: first ? [send] : [],
      timersArmed: [{ id: 'idle', epoch: revision, dueAtMs: startMs + revision, event: { type: 'idle.over' } }],
      facts: [{ type: 'noted', data: { revision } }],
    })
  })
  const outcome = await journal.commit(groupOf(claim, steps))
  if (outcome.status === 'stale') throw new Error('the only writer was refused')
  claim = outcome.claim
  process.stdout.write(`committed ${steps.map((step) => step.entry.envelope.id).join(' ')}\n`)
}
