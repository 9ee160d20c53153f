import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { customer, member } from './testing/test-clients.ts'
import { startTestHouse, until, type TestHouse } from './testing/test-house.ts'

describe('a chat over real sockets', () => {
  let house: TestHouse
  beforeAll(async () => {
    house = await startTestHouse()
  })
  afterAll(() => house.stop())

  it('a customer writes and the assistant answers, numbered without a gap', async () => {
    const anna = await customer(house)
    expect(await anna.say('Do you have flats in Whitefield?')).toBe(1)
    const answer = await anna.frame('message', (frame) => frame.message.author.kind === 'assistant')
    expect(answer.message).toMatchObject({ n: 2, text: 'You said: Do you have flats in Whitefield?' })
    const transcript = await anna.command({ type: 'resume', after: 0 })
    expect(transcript.messages.map((each) => each.n)).toEqual([1, 2])
    expect(transcript).toMatchObject({ lastN: 2, more: false, owner: { kind: 'assistant' }, status: 'open' })
    anna.close()
  })

  it('a hand-off rings at the consoles, a member takes over, and both see each other type', async () => {
    const ben = await customer(house)
    const priya = await member(house, { name: 'Priya' })
    await ben.say('Hello')
    await priya.command({ type: 'inbox.open', query: { view: 'waiting', limit: 50 } })
    await ben.command({ type: 'person.request' })
    const ring = await priya.frame('alert.waiting', (frame) => frame.row.conversation === ben.conversation)
    expect(ring.row.handOff?.reason).toBe('asked-for-person')
    await ben.frame('owner', (frame) => frame.owner.kind === 'queue')

    const view = await priya.command({ type: 'conversation.open', conversation: ben.conversation, after: 0 })
    expect(view.messages.map((each) => each.n)).toEqual(view.messages.map((_, index) => index + 1))
    await priya.command({ type: 'take-over', conversation: ben.conversation })
    await ben.frame('owner', (frame) => frame.owner.kind === 'member' && frame.owner.name === 'Priya')
    await priya.command({ type: 'conversation.typing', conversation: ben.conversation, on: true })
    await ben.frame('typing', (frame) => frame.by === 'member' && frame.on && frame.name === 'Priya')
    await ben.command({ type: 'typing', on: true })
    await priya.frame('conversation.typing', (frame) => frame.on)

    const { n } = await priya.command({
      type: 'message.send',
      conversation: ben.conversation,
      clientId: 'p1',
      text: 'Hi Ben',
    })
    const seen = await ben.frame('message', (frame) => frame.message.n === n)
    expect(seen.message).toMatchObject({ text: 'Hi Ben', author: { kind: 'member', name: 'Priya' } })
    expect(JSON.stringify(seen)).not.toContain(priya.member.memberId)
    ben.close()
    priya.close()
  })

  it('of two members who take over at once one wins, and the other is told who', async () => {
    const cara = await customer(house)
    const [one, two] = [await member(house, { name: 'Uma' }), await member(house, { name: 'Vik' })]
    await cara.say('Hello')
    await until(
      () => house.documents.get('conversations', cara.conversation),
      (row) => row !== undefined,
    )
    const take = { type: 'take-over', conversation: cara.conversation }
    const replies = await Promise.all([one.raw(take), two.raw(take)])
    const refusals = replies.flatMap((reply) => (reply.ok ? [] : [reply.error]))
    expect(refusals).toHaveLength(1)
    const winner = replies[0]?.ok ? one.member : two.member
    expect(refusals[0]).toMatchObject({
      code: 'refused',
      retry: 'never',
      refusal: { code: 'already-owned', owner: { kind: 'member', memberId: winner.memberId } },
    })
    expect(refusals[0]?.message).toContain(winner.name)
    for (const each of [cara, one, two]) each.close()
  })
})
