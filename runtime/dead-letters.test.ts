import { describe, expect, test } from 'vitest'
import { answering, desk, startSmallHost, type SmallHost } from './testing/small-host.ts'

const note = (text: string) => ({ type: 'note', text })

async function letters(host: SmallHost) {
  return [...(await host.journal.deadLetters({ workspace: 'acme', limit: 10 }))].reverse()
}

async function notes(host: SmallHost): Promise<unknown> {
  return (await host.runtime.inspect(desk(1)))?.snapshot
}

describe('dead letters', () => {
  test('[S7] a machine that throws is stopped with its old snapshot, and shown with its event; its neighbours go on', async () => {
    const host = await startSmallHost()
    await host.tell(desk(1), note('a'))
    await host.tell(desk(1), { type: 'break' }, 'bad')
    await host.tell(desk(1), note('b'), 'late')
    await host.tell(desk(2), note('c'))
    expect(await host.runtime.inspect(desk(1))).toMatchObject({
      status: 'failed',
      revision: 2,
      snapshot: { context: { notes: ['a'] } },
    })
    expect(await host.runtime.inspect(desk(2))).toMatchObject({ status: 'active' })
    expect(await letters(host)).toMatchObject([
      { address: desk(1), reason: expect.stringMatching(/the desk broke/), envelope: { id: 'bad' } },
      { address: desk(1), reason: expect.stringMatching(/waits for repair/), envelope: { id: 'late' } },
    ])
    expect((await host.facts()).filter((fact) => fact.type === 'actor-failed')).toMatchObject([
      { data: { event: 'break', eventId: 'bad', reason: expect.stringMatching(/the desk broke/) } },
    ])
    expect(host.runtime.stats().failed).toBe(1)
  })

  test('[H12] a repaired event lets the actor go on, and parked ones follow in order', async () => {
    const host = await startSmallHost()
    await host.tell(desk(1), note('a'))
    await host.tell(desk(1), { type: 'break' }, 'bad')
    await host.tell(desk(1), note('b'))
    await host.tell(desk(1), note('c'))
    const [broken, ...parked] = await letters(host)
    const appended = await host.runtime.replayDeadLetter(broken?.id ?? 0, { by: 'asha', event: note('mended') })
    expect(appended).toMatchObject({ id: `bad:replay:${broken?.id}`, duplicate: false })
    for (const letter of parked) await host.runtime.replayDeadLetter(letter.id, { by: 'asha' })
    await host.clock.settle()
    expect(await notes(host)).toMatchObject({ context: { notes: ['a', 'mended', 'b', 'c'] } })
    expect(await host.runtime.inspect(desk(1))).toMatchObject({ status: 'active' })
    expect((await letters(host)).map((letter) => letter.settled?.how)).toEqual(['replayed', 'replayed', 'replayed'])
    expect((await host.facts()).map((fact) => fact.type)).toContain('actor-resumed')
  })

  test('[H12] a letter is replayed once; an unknown one, and a repair that is no event, are refused', async () => {
    const host = await startSmallHost()
    await host.tell(desk(1), { type: 'break' })
    const id = (await letters(host))[0]?.id ?? 0
    await expect(host.runtime.replayDeadLetter(id, { by: 'asha', event: { text: 'x' } })).rejects.toMatchObject({
      code: 'bad-event',
    })
    await expect(
      host.runtime.replayDeadLetter(id, { by: 'asha', event: { type: 'host.resumed' } }),
    ).rejects.toMatchObject({ code: 'reserved-event' })
    await host.runtime.replayDeadLetter(id, { by: 'asha', event: note('x') })
    await expect(host.runtime.replayDeadLetter(id, { by: 'asha' })).rejects.toMatchObject({
      code: 'dead-letter-settled',
    })
    await expect(host.runtime.replayDeadLetter(999, { by: 'asha' })).rejects.toMatchObject({
      code: 'no-such-dead-letter',
    })
  })

  test('[H12] replayed without repair it fails again, under a letter of its own', async () => {
    const host = await startSmallHost()
    await host.tell(desk(1), { type: 'break' }, 'bad')
    const first = (await letters(host))[0]?.id ?? 0
    await host.runtime.replayDeadLetter(first, { by: 'asha' })
    await host.clock.settle()
    expect(await host.runtime.inspect(desk(1))).toMatchObject({ status: 'failed' })
    expect((await letters(host)).map((letter) => letter.envelope.id)).toEqual(['bad', `bad:replay:${first}`])
  })

  test('[H12] an actor that failed before it began begins when its first event is mended', async () => {
    const host = await startSmallHost()
    await host.tell(desk(1), { type: 'break' })
    expect(await host.runtime.inspect(desk(1))).toMatchObject({ status: 'failed', snapshot: null, revision: 1 })
    await host.runtime.replayDeadLetter((await letters(host))[0]?.id ?? 0, { by: 'asha', event: note('x') })
    await host.clock.settle()
    expect(await host.runtime.inspect(desk(1))).toMatchObject({
      status: 'active',
      revision: 3,
      snapshot: { context: { notes: ['x'] } },
    })
  })

  test('[F12] an invoke that ended while its actor had failed runs again when the actor goes on', async () => {
    const answers: ((output: string) => void)[] = []
    const host = await startSmallHost({
      effects: { answer: answering(() => new Promise<string>((resolve) => void answers.push(resolve))) },
    })
    await host.tell(desk(1), { type: 'ask', question: '?' })
    await host.tell(desk(1), { type: 'break' })
    answers[0]?.('lost')
    await host.clock.settle()
    expect((await letters(host)).map((letter) => letter.envelope.event.type)).toEqual([
      'break',
      'xstate.done.actor.question',
    ])
    await host.runtime.replayDeadLetter(1, { by: 'asha', event: note('x') })
    await host.clock.settle()
    answers[1]?.('found')
    await host.clock.settle()
    expect((await host.facts()).at(-1)).toMatchObject({ type: 'answered', data: { output: 'found' } })
    await host.runtime.replayDeadLetter(2, { by: 'asha' })
    await host.clock.settle()
    expect((await host.facts()).filter((fact) => fact.type === 'answered')).toHaveLength(1)
  })

  test('[F12] a failed actor still delivers what it promised, starts no other work, and goes on with it when resumed', async () => {
    const ran: string[] = []
    const stuck = answering(() => new Promise<never>(() => {}))
    const host = await startSmallHost({ effects: { answer: stuck, post: stuck } })
    await host.tell(desk(1), { type: 'ask', question: '?' })
    await host.tell(desk(1), { type: 'post', text: 'x' })
    await host.tell(desk(1), { type: 'break' })
    await host.crash()
    const seen = (name: string) => answering(() => (ran.push(name), 'yes'))
    const next = await startSmallHost({
      store: host.store,
      clock: host.clock,
      effects: { answer: seen('answer'), post: seen('post') },
    })
    await next.clock.settle()
    expect(ran).toEqual(['post'])
    expect(await next.runtime.inspect(desk(1))).toMatchObject({ status: 'failed', effects: { question: { epoch: 1 } } })
    await next.runtime.replayDeadLetter((await letters(next))[0]?.id ?? 0, { by: 'asha', event: note('x') })
    await next.clock.settle()
    expect(ran).toEqual(['post', 'answer'])
    expect((await next.facts()).map((fact) => fact.type)).toContain('answered')
  })
})
