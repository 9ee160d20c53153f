import { beforeAll, describe, expect, it } from 'vitest'
import { effectKey } from '#runtime/effect-job.ts'
import type { HistoryEntry } from '#runtime/ports/journal.ts'
import { answering, startSmallHost, type SmallHost } from '#runtime/testing/small-host.ts'
import { clerk } from './clerk-machine.ts'
import { gatherEvidence, waitingFor, type ActorEvidence, type Evidence } from './evidence.ts'
import { judge } from './judge.ts'
import type { OutsideLine } from './outside.ts'
import { clerks, partitions, roundOf, type Scripted } from './script.ts'

const [ann] = clerks

/** A round on a host in memory: what the judge has to find nothing wrong with. */
async function playedRound(): Promise<{ readonly host: SmallHost; readonly evidence: Evidence }> {
  const outside: OutsideLine[] = []
  const handler = (field: string) =>
    answering(({ key, name, input }) => {
      const about: unknown = typeof input === 'object' && input !== null ? Reflect.get(input, field) : undefined
      const line = { key, name, about: typeof about === 'string' ? about : '', node: 'one' }
      outside.push(line)
      return line.about
    })
  const host = await startSmallHost({
    machines: [clerk],
    partitions,
    // A draft is never done by itself: it is taken first.
    effects: { answer: handler('question'), post: handler('text'), draft: answering(() => new Promise(() => {})) },
  })
  const accepted: Scripted[] = []
  for (const at of clerks.keys()) {
    for (const scripted of roundOf(1, at)) {
      await host.tell(scripted.to, scripted.event, scripted.id)
      accepted.push(scripted)
    }
  }
  await lateOutcome(host)
  await host.clock.advance(10_000)
  return { host, evidence: await gatherEvidence(host.journal, { accepted, outside }) }
}

/** The outcome of ann's draft, from a former owner that worked on it. */
async function lateOutcome(host: SmallHost): Promise<void> {
  const evidence = await gatherEvidence(host.journal, { accepted: [], outside: [] })
  const draft = ofAnn(evidence).history.flatMap(({ effectsAsked }) =>
    effectsAsked.filter(({ id }) => id === 'draft'),
  )[0]
  if (draft === undefined || ann === undefined) throw new Error('ann was asked for a draft')
  const event = { type: 'xstate.done.actor.draft', output: 'late', actorId: 'draft' }
  const { id, epoch } = draft
  await host.journal.append([
    { id: effectKey(ann, draft), to: ann, event, atMs: host.clock.nowMs(), effect: { id, epoch } },
  ])
  await host.clock.settle()
}

function ofAnn({ actors }: Evidence): ActorEvidence {
  const own = actors.find(({ address }) => address === ann)
  if (own === undefined) throw new Error('ann is there')
  return own
}

type Change = (evidence: Evidence) => Evidence

/** Changes what the journal holds of ann. */
const ofAnns =
  (change: (own: ActorEvidence) => ActorEvidence): Change =>
  (evidence) => ({ ...evidence, actors: evidence.actors.map((own) => (own.address === ann ? change(own) : own)) })

const history = (change: (entries: readonly HistoryEntry[]) => readonly HistoryEntry[]): Change =>
  ofAnns((own) => ({ ...own, history: change(own.history) }))

/** Changes the steps that fulfil a condition. */
const steps = (which: (entry: HistoryEntry) => boolean, change: Partial<HistoryEntry>): Change =>
  history((entries) => entries.map((entry) => (which(entry) ? { ...entry, ...change } : entry)))

const without = (which: (entry: HistoryEntry) => boolean): Change =>
  history((entries) => entries.filter((entry) => !which(entry)))

const twice = (which: (entry: HistoryEntry) => boolean): Change =>
  history((entries) => entries.flatMap((entry) => (which(entry) ? [entry, entry] : [entry])))

const hasId =
  (end: string) =>
  ({ envelope }: HistoryEntry): boolean =>
    envelope.id.endsWith(end)

const isOutcomeOf =
  (id: string) =>
  ({ envelope }: HistoryEntry): boolean =>
    envelope.effect?.id.startsWith(id) === true

const isTimer =
  (id: string) =>
  ({ envelope }: HistoryEntry): boolean =>
    envelope.timer?.id === id

const facts =
  (change: (facts: Evidence['facts']) => Evidence['facts']): Change =>
  (evidence) => ({ ...evidence, facts: change(evidence.facts) })

const outside =
  (change: (lines: Evidence['outside']) => Evidence['outside']): Change =>
  (evidence) => ({ ...evidence, outside: change(evidence.outside) })

const broken: readonly (readonly [string, string, Change])[] = [
  ['an accepted event that is lost', 'r1-0-first was accepted and is lost', without(hasId('-first'))],
  ['an accepted event that was left aside', 'accepted and is lost', steps(hasId('-first'), { outcome: 'fenced' })],
  ['an event handled twice', 'r1-0-first was handled twice', twice(hasId('-first'))],
  [
    'events out of order',
    'r1-0-ask was handled where r1-0-first was due',
    history((entries) => {
      const [first, second, ...rest] = entries
      return first === undefined || second === undefined ? [] : [second, first, ...rest]
    }),
  ],
  ['a gap in the revisions', 'revision 1000 is out of place', steps(hasId('-first'), { revision: 1000 })],
  [
    'a state that is not the last step',
    'revision 0 after',
    ofAnns(({ stored: _stored, ...own }) => ({ ...own, stored: undefined })),
  ],
  [
    'an actor that failed',
    'it failed',
    ofAnns((own) => ({ ...own, stored: own.stored && { ...own.stored, status: 'failed' } })),
  ],
  ['an entry that nobody handled', 'was never handled', without(isOutcomeOf('post'))],
  ['a step without an entry', 'is in no inbox', (evidence) => ({ ...evidence, inbox: evidence.inbox.slice(1) })],
  ['a fact that the feed lacks', 'the feed has', facts((all) => all.slice(1))],
  ['a fact told twice', 'facts and the history', facts((all) => [...all, ...all.slice(-1)])],
  [
    'facts whose numbers have a gap',
    'fact 1 has the number 7',
    facts((all) => all.map((fact) => (fact.data['said'] === 1 ? { ...fact, data: { ...fact.data, said: 7 } } : fact))),
  ],
  ['a feed that does not rise', 'does not come after', facts((all) => [...all].reverse())],
  ['an outcome that counted twice', 'its outcome counted 2 times', twice(isOutcomeOf('question'))],
  ['an outcome that never counted', 'its outcome counted 0 times', steps(isOutcomeOf('post'), { outcome: 'fenced' })],
  ['a late outcome that counted', 'its outcome counted', steps(isOutcomeOf('draft'), { outcome: 'applied' })],
  ['work that never ran', 'it never ran', outside((lines) => lines.filter(({ name }) => name !== 'answer'))],
  [
    'work that nobody asked for',
    'no commit asked for it',
    outside((lines) => [...lines, { key: 'other', name: 'answer', about: '', node: '' }]),
  ],
  [
    'a letter under two keys',
    'delivered under 2 keys',
    outside((lines) => lines.flatMap((line) => (line.name === 'post' ? [line, { ...line, key: 'other' }] : [line]))),
  ],
  [
    'a letter that was never delivered',
    'under 0 keys',
    outside((lines) => lines.filter(({ name }) => name !== 'post')),
  ],
  ['a timer that fired twice', 'fired at', twice(isTimer('reminder'))],
  ['a timer that never fired', 'is armed and never fired', without(isTimer('reminder'))],
  [
    'a cancelled timer that fired',
    'while it was not armed',
    history((entries) => {
      const fired = entries.find(isTimer('reminder'))
      return fired === undefined
        ? []
        : [...entries, { ...fired, envelope: { ...fired.envelope, timer: { id: 'alarm', epoch: 1 } } }]
    }),
  ],
  ['a question without an answer', 'r1-0-ask was answered 0 times', steps(isOutcomeOf('question'), { facts: [] })],
  ['a draft that was not taken', 'r1-0-take was taken 0 times', steps(hasId('-take'), { facts: [] })],
  [
    'a draft that was said after all',
    'was said after it had been taken',
    steps(hasId('-last'), { facts: [{ type: 'drafted', data: { by: 'r1-0-take' } }] }),
  ],
  [
    'a send that did not arrive',
    'sent, and handled 0 times',
    without(({ envelope }) => envelope.event.type === 'heard'),
  ],
  ['a send that arrived twice', 'sent, and handled 2 times', twice(({ envelope }) => envelope.event.type === 'heard')],
  [
    'a replay that differs',
    'its replay is not what is stored: the snapshot',
    ofAnns((own) => ({ ...own, diverged: 'the snapshot' })),
  ],
  [
    'an effect left over',
    'question is still asked for',
    ofAnns((own) => ({
      ...own,
      stored: own.stored && {
        ...own.stored,
        effects: { question: { id: 'question', epoch: 1, name: 'answer', input: {}, kind: 'invoke' } },
      },
    })),
  ],
  [
    'a dead letter',
    'dead letter e1: it threw',
    (evidence) => {
      const [entry] = evidence.inbox
      if (entry === undefined || ann === undefined) throw new Error('there are entries')
      const envelope = { ...entry.envelope, id: 'e1' }
      return { ...evidence, deadLetters: [{ id: 1, address: ann, envelope, reason: 'it threw', atMs: 0 }] }
    },
  ],
]

describe('the judge of the crash matrix', () => {
  let evidence: Evidence
  let waiting: string | undefined
  beforeAll(async () => {
    const played = await playedRound()
    evidence = played.evidence
    waiting = await waitingFor(played.host.journal)
  })

  it('finds nothing wrong with a round in which nothing went wrong', () => {
    expect(judge(evidence)).toEqual([])
    expect(waiting).toBeUndefined()
  })

  it('is shown every hop: outcomes counted and left aside, timers fired, armed anew and cancelled, sends, letters', () => {
    const all = evidence.actors.flatMap((own) => own.history)
    expect(
      ofAnn(evidence)
        .history.filter(isOutcomeOf('draft'))
        .map(({ outcome }) => outcome),
    ).toEqual(['fenced'])
    expect(all.filter(isOutcomeOf('question'))).toHaveLength(clerks.length)
    expect(all.filter(isOutcomeOf('post'))).toHaveLength(clerks.length)
    expect(all.filter(isTimer('reminder'))).toHaveLength(clerks.length)
    expect(all.filter(isTimer('alarm'))).toEqual([])
    expect(all.flatMap(({ timersCancelled }) => timersCancelled)).toContain('alarm')
    expect(all.flatMap(({ sends }) => sends)).toHaveLength(clerks.length)
    expect(new Set(evidence.actors.map(({ stored }) => stored?.status))).toEqual(new Set(['active']))
  })

  it.each(broken)('notices %s', (_, words, change) => {
    expect(judge(change(evidence)).join('\n')).toContain(words)
  })
})

describe('what the journal is asked', () => {
  const never = answering(() => new Promise(() => {}))

  async function smallHost(store?: SmallHost): Promise<SmallHost> {
    return startSmallHost({
      machines: [clerk],
      partitions,
      effects: { answer: never, draft: never },
      ...(store === undefined ? {} : { store: store.store, clock: store.clock }),
    })
  }

  it('tells what it still waits for: an event not handled, an armed timer, work that has not settled', async () => {
    const host = await smallHost()
    if (ann === undefined) throw new Error('ann is there')
    expect(await waitingFor(host.journal)).toBeUndefined()
    await host.tell(ann, { type: 'remind', inMs: 50 })
    expect(await waitingFor(host.journal)).toBe(`reminder of ${ann} is armed`)
    await host.runtime.stop()
    await host.journal.append([{ id: 'q1', to: ann, event: { type: 'ask', question: 'q' }, atMs: host.clock.nowMs() }])
    expect(await waitingFor(host.journal)).toBe(`q1 to ${ann} has not been handled`)
    const next = await smallHost(host)
    await next.clock.advance(100)
    expect(await waitingFor(next.journal)).toBe(`answer of ${ann} has not settled`)
  })

  it('shows an actor whose replay differs', async () => {
    const host = await smallHost()
    if (ann === undefined) throw new Error('ann is there')
    await host.tell(ann, { type: 'note', text: 'one' })
    const seen = { accepted: [], outside: [] }
    expect(ofAnn(await gatherEvidence(host.journal, seen)).diverged).toBeUndefined()
    const [entry] = host.store.history.get(ann) ?? []
    if (entry === undefined) throw new Error('there is a step')
    host.store.history.set(ann, [{ ...entry, facts: [] }])
    expect(ofAnn(await gatherEvidence(host.journal, seen)).diverged).toContain('facts')
  })
})
