import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EventEnvelope } from '../../event.ts'
import type { Journal, PendingEffect, Timer } from '../../ports/journal.ts'
import type { JournalBench } from './journal-contract.ts'
import {
  accept,
  acceptAndStep,
  actorAt,
  eventTo,
  groupOf,
  lead,
  partitionFor,
  startMs,
  stepOver,
} from './journal-material.ts'

const effect: PendingEffect = { id: 'answer', epoch: 1, name: 'reply', input: { n: 1 }, kind: 'invoke' }

/** Claims, commits and timers. */
export function describeJournalCommits(bench: JournalBench): void {
  describe('commits', () => {
    let journal: Journal
    beforeEach(async () => {
      journal = await bench.open(4)
    })
    afterEach(() => journal.close())

    it('[J4] writes the whole of a step: actor, sends, timers, effects, facts, history and cursor', async () => {
      const to = lead(1)
      const timer: Timer = { id: 'idle', epoch: 1, dueAtMs: startMs + 50, event: { type: 'idle.over' } }
      const actor = actorAt(to, 1, { timers: { idle: timer }, effects: { answer: effect } })
      const send = { ...eventTo(lead(2), 'sent'), from: to, causedBy: 'e1' }
      const entry = await accept(journal, eventTo(to, 'e1'))
      const claim = await journal.claim(partitionFor(journal, to), 'node-a')
      const step = stepOver(entry, {
        actor,
        sends: [send],
        timersArmed: [timer],
        effectsAsked: [effect],
        facts: [{ type: 'lead-touched', data: { by: 'e1' } }],
      })
      const outcome = await journal.commit(groupOf(claim, [step]))

      const position = bench.facts === 'rising' ? expect.any(Number) : 1
      const said = { type: 'lead-touched', data: { by: 'e1' }, address: to, revision: 1, index: 0 }
      const fact = { ...said, position, atMs: startMs, causedBy: 'e1' }
      expect(outcome).toEqual({
        status: 'committed',
        claim: { ...claim, position: entry.position },
        facts: [fact],
      })
      expect(await journal.load(to)).toEqual(actor)
      expect(await journal.facts(0, 10)).toEqual(outcome.status === 'committed' ? outcome.facts : [])
      const inbox = await journal.read(partitionFor(journal, lead(2)), 0, 10)
      expect(inbox.find((each) => each.envelope.to === lead(2))?.envelope).toEqual(send)
      expect(await journal.withEffects(partitionFor(journal, to), undefined, 10)).toEqual([actor])
      expect(await journal.history(to, 0, 10)).toEqual([
        {
          revision: 1,
          position: entry.position,
          envelope: entry.envelope,
          outcome: 'applied',
          effectsAsked: [effect],
          effectsStopped: [],
          timersArmed: [timer],
          timersCancelled: [],
          facts: [{ type: 'lead-touched', data: { by: 'e1' } }],
          sends: [{ to: lead(2), type: 'touched', id: 'sent' }],
        },
      ])
    })

    it('[J5] a claim refuses every earlier claim of its partition, and nothing of theirs is written', async () => {
      const to = lead(1)
      const entry = await accept(journal, eventTo(to, 'e1'))
      const paused = await journal.claim(partitionFor(journal, to), 'node-a')
      const present = await journal.claim(partitionFor(journal, to), 'node-b')
      expect(present.epoch).toBeGreaterThan(paused.epoch)
      const step = stepOver(entry, {
        actor: actorAt(to, 1),
        sends: [eventTo(to, 'sent')],
        facts: [{ type: 'lead-touched', data: {} }],
      })
      expect(await journal.commit(groupOf(paused, [step]))).toEqual({ status: 'stale' })
      expect(await journal.load(to)).toBeUndefined()
      expect(await journal.facts(0, 10)).toEqual([])
      expect(await journal.history(to, 0, 10)).toEqual([])
      expect(await journal.read(partitionFor(journal, to), entry.position, 10)).toEqual([])
      expect((await journal.commit(groupOf(present, [step]))).status).toBe('committed')
    })

    it('[J5] a commit can be made once: the same claim again is stale, also when the first answer was lost', async () => {
      const to = lead(1)
      const entry = await accept(journal, eventTo(to, 'e1'))
      const claim = await journal.claim(partitionFor(journal, to), 'node-a')
      const group = groupOf(claim, [stepOver(entry, { actor: actorAt(to, 1) })])
      const both = await Promise.all([journal.commit(group), journal.commit(group)])
      expect(both.map((outcome) => outcome.status)).toEqual(['committed', 'stale'])
      const again = await journal.claim(partitionFor(journal, to), 'node-a')
      expect(again.position).toBe(entry.position)
      expect((await journal.load(to))?.revision).toBe(1)
    })

    it('[J5] a claim of one partition leaves the others alone', async () => {
      const claims = await Promise.all([0, 1, 2, 3].map((partition) => journal.claim(partition, 'node-a')))
      await journal.claim(0, 'node-b')
      const outcomes = await Promise.all(claims.map((claim) => journal.commit(groupOf(claim, []))))
      expect(outcomes.map((outcome) => outcome.status)).toEqual(['stale', 'committed', 'committed', 'committed'])
      await expect(journal.claim(4, 'node-a')).rejects.toThrow(RangeError)
    })

    it('[J6] a group that is out of order or beyond the inbox is refused whole, and its neighbours in flight are not', async () => {
      const [to, other] = [lead(1), lead(2)]
      const first = await accept(journal, eventTo(to, 'e1'))
      const second = await accept(journal, eventTo(to, 'e2'))
      const neighbour = await accept(journal, eventTo(other, 'e3'))
      const claim = await journal.claim(partitionFor(journal, to), 'node-a')
      const apart = await journal.claim(partitionFor(journal, other), 'node-a')
      const steps = [second, first].map((entry) => stepOver(entry, { actor: actorAt(to, 1) }))
      const attempts = await Promise.allSettled([
        journal.commit(groupOf(claim, steps)),
        journal.commit({ claim, position: neighbour.position + 1, steps: [] }),
        ...(apart.partition === claim.partition
          ? []
          : [journal.commit(groupOf(apart, [stepOver(neighbour, { actor: actorAt(other, 1) })]))]),
      ])
      expect(attempts.slice(0, 2).map((attempt) => attempt.status)).toEqual(['rejected', 'rejected'])
      expect(await journal.load(to)).toBeUndefined()
      if (apart.partition !== claim.partition) expect((await journal.load(other))?.revision).toBe(1)
    })

    it('[J6] a send that its receiver has had already is left out, and the rest of the step stands', async () => {
      await accept(journal, eventTo(lead(2), 'sent'))
      await acceptAndStep(journal, eventTo(lead(1), 'e1'), {
        sends: [eventTo(lead(2), 'sent'), eventTo(lead(2), 'new')],
      })
      const inbox = await journal.read(partitionFor(journal, lead(2)), 0, 10)
      const received = inbox.filter((entry) => entry.envelope.to === lead(2)).map((entry) => entry.envelope.id)
      expect(received).toEqual(['sent', 'new'])
      expect((await journal.history(lead(1), 0, 10))[0]?.sends).toHaveLength(2)
    })

    it('[J6] steps that change nothing move the cursor and are remembered with the revision they found', async () => {
      const to = lead(1)
      await acceptAndStep(journal, eventTo(to, 'e1'))
      const entry = await accept(journal, eventTo(to, 'e2'))
      const claim = await journal.claim(partitionFor(journal, to), 'node-a')
      await journal.commit(groupOf(claim, [stepOver(entry, { outcome: 'fenced' })]))
      expect((await journal.history(to, 0, 10)).map((each) => [each.revision, each.outcome])).toEqual([
        [1, 'applied'],
        [1, 'fenced'],
      ])
      expect((await journal.claim(claim.partition, 'node-a')).position).toBe(entry.position)
    })

    if (bench.timers === 'server') describeServerTimers(() => journal)
    else describeTimers(() => journal)

    it('[J10] watchers are told of timers armed and facts committed', async () => {
      const told = new Set<string>()
      journal.watch({ facts: () => void told.add('facts'), timers: () => void told.add('timers') })
      await acceptAndStep(journal, eventTo(lead(1), 'e1'), {
        timersArmed: [timerAt(1, startMs + 100)],
        facts: [{ type: 'lead-touched', data: {} }],
      })
      await expect.poll(() => [...told].sort()).toEqual(['facts', 'timers'])
    })
  })
}

function timerAt(epoch: number, dueAtMs: number): Timer {
  return { id: 'idle', epoch, dueAtMs, event: { type: 'idle.over' } }
}

async function timersOf(journal: Journal): Promise<readonly EventEnvelope[]> {
  const entries = await journal.read(partitionFor(journal, lead(1)), 0, 100)
  return entries.flatMap((entry) => (entry.envelope.timer === undefined ? [] : [entry.envelope]))
}

function describeTimers(current: () => Journal): void {
  it('[J8] a timer fires once, not before it is due, into its own inbox with its id and epoch', async () => {
    const journal = current()
    await acceptAndStep(journal, eventTo(lead(1), 'e1'), { timersArmed: [timerAt(1, startMs + 100)] })
    expect(await journal.fireTimers(startMs + 99, 10)).toEqual({ fired: 0, nextDueAtMs: startMs + 100 })
    expect(await journal.fireTimers(startMs + 100, 10)).toEqual({ fired: 1 })
    expect(await journal.fireTimers(startMs + 200, 10)).toEqual({ fired: 0 })
    const fired = await timersOf(journal)
    expect(fired).toMatchObject([
      { to: lead(1), event: { type: 'idle.over' }, timer: { id: 'idle', epoch: 1 }, atMs: startMs + 100 },
    ])
  })

  it('[J8] arming again replaces, cancelling removes, and both may come in one step', async () => {
    const journal = current()
    await acceptAndStep(journal, eventTo(lead(1), 'e1'), { timersArmed: [timerAt(1, startMs + 100)] })
    await acceptAndStep(journal, eventTo(lead(1), 'e2'), {
      timersCancelled: ['idle'],
      timersArmed: [timerAt(2, startMs + 300)],
    })
    expect(await journal.fireTimers(startMs + 200, 10)).toEqual({ fired: 0, nextDueAtMs: startMs + 300 })
    await acceptAndStep(journal, eventTo(lead(1), 'e3'), { timersCancelled: ['idle'] })
    expect(await journal.fireTimers(startMs + 900, 10)).toEqual({ fired: 0 })
    expect(await timersOf(journal)).toEqual([])
  })

  it('[J8] timers fire in order of time, a bounded number at once', async () => {
    const journal = current()
    const armed = [3, 1, 2].map((place) => ({ ...timerAt(1, startMs + place), id: `t${place}` }))
    await acceptAndStep(journal, eventTo(lead(1), 'e1'), { timersArmed: armed })
    expect(await journal.fireTimers(startMs + 9, 2)).toEqual({ fired: 2, nextDueAtMs: startMs + 3 })
    expect(await journal.fireTimers(startMs + 9, 2)).toEqual({ fired: 1 })
    expect((await timersOf(journal)).map((envelope) => envelope.timer?.id)).toEqual(['t1', 't2', 't3'])
  })
}

/** The same rule where a server keeps the time: later timers of the same test tell that earlier ones have had their chance. */
function describeServerTimers(current: () => Journal): void {
  const within = { timeout: 10_000 } as const
  const idsOf = async () => (await timersOf(current())).map(({ timer }) => `${timer?.id}#${timer?.epoch}`)

  it('[J8] a timer fires once, not before it is due, into its own inbox with its id and epoch', async () => {
    const journal = current()
    const dueAtMs = Date.now() + 500
    const woken: number[] = []
    journal.watch({ inbox: (partition) => void woken.push(partition) })
    await acceptAndStep(journal, eventTo(lead(1), 'e1'), { timersArmed: [timerAt(1, dueAtMs)] })
    woken.length = 0
    await expect.poll(idsOf, within).toEqual(['idle#1'])
    expect(Date.now()).toBeGreaterThanOrEqual(dueAtMs)
    expect((await timersOf(journal))[0]?.atMs).toBeGreaterThanOrEqual(dueAtMs)
    await expect.poll(() => woken, within).toContain(partitionFor(journal, lead(1)))
    const later = { ...timerAt(2, Date.now() + 100), id: 'later' }
    await acceptAndStep(journal, eventTo(lead(1), 'e2'), { timersArmed: [later] })
    await expect.poll(idsOf, within).toEqual(['idle#1', 'later#2'])
  })

  it('[J8] arming again replaces, cancelling removes, and both may come in one step', async () => {
    const journal = current()
    const dueAtMs = Date.now() + 400
    const other = { ...timerAt(1, dueAtMs), id: 'other' }
    await acceptAndStep(journal, eventTo(lead(1), 'e1'), { timersArmed: [timerAt(1, dueAtMs), other] })
    await acceptAndStep(journal, eventTo(lead(1), 'e2'), {
      timersCancelled: ['idle', 'other'],
      timersArmed: [timerAt(2, dueAtMs + 200)],
    })
    await expect.poll(idsOf, within).toEqual(['idle#2'])
    await acceptAndStep(journal, eventTo(lead(1), 'e3'), { timersArmed: [timerAt(3, Date.now() + 300)] })
    await acceptAndStep(journal, eventTo(lead(1), 'e4'), {
      timersCancelled: ['idle'],
      timersArmed: [{ ...timerAt(4, Date.now() + 600), id: 'last' }],
    })
    await expect.poll(idsOf, within).toEqual(['idle#2', 'last#4'])
  })

  it('[J8] timers that are overdue fire soon, each once', async () => {
    const journal = current()
    const armed = [3, 1, 2].map((place) => ({ ...timerAt(1, startMs + place), id: `t${place}` }))
    await acceptAndStep(journal, eventTo(lead(1), 'e1'), { timersArmed: armed })
    await expect.poll(async () => [...(await idsOf())].sort(), within).toEqual(['t1#1', 't2#1', 't3#1'])
    expect(await journal.fireTimers(Date.now(), 10)).toMatchObject({ fired: 0 })
  })
}
