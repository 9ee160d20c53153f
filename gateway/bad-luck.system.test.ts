import { SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signingKey } from './auth/secrets.ts'
import { outgoingMax } from './outbox.ts'
import { limits, protocolVersion } from './protocol.ts'
import { connect, customer, member, signIn } from './testing/test-clients.ts'
import { problemIn, startTestHouse, until, type TestHouse } from './testing/test-house.ts'

describe('bad input and bad luck over real sockets', () => {
  let house: TestHouse
  beforeAll(async () => {
    house = await startTestHouse({ limits: { awayGraceMs: 50 } })
  })
  afterAll(() => house.stop())

  const numbers = (client: { frames: readonly { type: string }[] }): readonly number[] =>
    client.frames.flatMap((frame) => ('message' in frame ? [(frame.message as { n: number }).n] : []))

  it('a customer who was away hears everything that was said, without a gap and nothing twice', async () => {
    const anna = await customer(house)
    await anna.say('one')
    await until(
      () => numbers(anna),
      (seen) => seen.length === 2,
    )
    anna.socket.disconnect()
    const priya = await member(house, { name: 'Pia' })
    await priya.command({ type: 'take-over', conversation: anna.conversation })
    for (let index = 0; index < 30; index++) {
      const clientId = `while-away-${index}`
      await priya.command({ type: 'message.send', conversation: anna.conversation, clientId, text: `word ${index}` })
    }
    const back = await customer(house, { token: anna.token })
    expect(back.conversation).toBe(anna.conversation)
    const transcript = await back.command({ type: 'resume', after: 2 })
    expect(transcript.messages.map((each) => each.n)).toEqual(Array.from({ length: 31 }, (_, index) => index + 3))
    expect(transcript).toMatchObject({ lastN: 33, more: false, owner: { kind: 'member', name: 'Pia' } })
    for (const each of [back, priya]) each.close()
  })

  it('frames and resumes together never leave a gap while others write at full speed', async () => {
    const ben = await customer(house)
    await ben.say('hello')
    const uma = await member(house, { name: 'Uma' })
    await until(
      () => house.documents.get('conversations', ben.conversation),
      (row) => row !== undefined,
    )
    await uma.command({ type: 'take-over', conversation: ben.conversation })
    let written = 0
    const write = async (): Promise<void> => {
      const clientId = `u${written++}`
      await uma.command({ type: 'message.send', conversation: ben.conversation, clientId, text: 'x' })
    }
    const held: number[] = []
    for (let round = 0; round < 8; round++) {
      const meanwhile = (async () => {
        for (let index = 0; index < 8; index++) await write()
      })()
      const tab = await customer(house, { token: ben.token })
      const welcome = await tab.frame('welcome')
      await meanwhile
      // However much of it was written before the tab was there.
      while (numbers(tab).length < 3) await write()
      const all = [...welcome.transcript.messages.map((each) => each.n), ...numbers(tab)]
      expect(all).toEqual(all.map((_, index) => index + 1))
      held.push(all.length)
      tab.close()
    }
    expect(held.length).toBe(8)
    for (const each of [ben, uma]) each.close()
  })

  it('the same message from two tabs, retried and at once, is one message with one number', async () => {
    const cara = await customer(house)
    const tab = await customer(house, { token: cara.token })
    const answers = await Promise.all([cara, tab, cara, tab].map((each) => each.say('only once', 'same-id')))
    expect(new Set(answers).size).toBe(1)
    const transcript = await cara.command({ type: 'resume', after: 0 })
    expect(transcript.messages.filter((each) => each.text === 'only once')).toHaveLength(1)
    expect(await cara.say('only once', 'same-id')).toBe(answers[0])
    for (const each of [cara, tab]) each.close()
  })

  it('forged, expired and foreign tokens are refused at the door, each with a clear reason', async () => {
    const dan = await customer(house)
    const visitor = { protocol: protocolVersion, workspace: 'acme', language: 'en', timeZone: 'UTC' }
    const refused = async (namespace: string, auth: object) =>
      problemIn(
        await connect(house, namespace, auth).then(
          () => undefined,
          (error: unknown) => error,
        ),
      ).code
    const [head, , signature] = dan.token.split('.')
    const claims = Buffer.from(JSON.stringify({ sub: 'v', ws: 'acme', conv: 'acme/conversation/other' })).toString(
      'base64url',
    )
    expect(await refused('/customer', { ...visitor, token: `${head}.${claims}.${signature}` })).toBe('unauthenticated')
    expect(await refused('/customer', { ...visitor, workspace: 'globex', token: dan.token })).toBe('unauthenticated')
    expect(await refused('/customer', { ...visitor, workspace: 'nowhere' })).toBe('not-found')
    expect(await refused('/customer', { ...visitor, protocol: 99 })).toBe('protocol-unsupported')
    expect(await refused('/customer', { workspace: 7 })).toBe('invalid')
    expect(await refused('/staff', { protocol: protocolVersion, accessToken: dan.token })).toBe('unauthenticated')

    const { member: known } = await signIn(house, { name: 'Exp', role: 'admin', workspace: 'acme' })
    const sign = async (key: Uint8Array, exp: number) =>
      new SignJWT({ sub: known.memberId, ws: 'acme', name: 'x', email: 'x', role: 'admin', fam: 'f' })
        .setProtectedHeader({ alg: 'HS256' })
        .setExpirationTime(exp)
        .sign(key)
    const key = await signingKey(house.records, 'access')
    const soon = Math.floor(Date.now() / 1000) + 60
    expect(await refused('/staff', { protocol: 1, accessToken: await sign(key, soon - 120) })).toBe('unauthenticated')
    expect(await refused('/staff', { protocol: 1, accessToken: await sign(new Uint8Array(32), soon) })).toBe(
      'unauthenticated',
    )
    dan.close()
  })

  it('a member of another workspace finds nothing of ours, by any command that names an address', async () => {
    const eve = await customer(house)
    await eve.say('hello')
    const spy = await member(house, { name: 'Spy', role: 'admin', workspace: 'globex' })
    const { conversation } = eve
    const commands = [
      { type: 'conversation.open', conversation, after: 0 },
      { type: 'take-over', conversation },
      { type: 'message.send', conversation, clientId: 'x', text: 'x' },
      { type: 'note.add', conversation, noteId: 'x', text: 'x' },
      { type: 'conversation.typing', conversation, on: true },
      { type: 'close', conversation, reason: 'x' },
      { type: 'lead.get', lead: conversation.replace('conversation', 'lead') },
      { type: 'actor.open', address: conversation },
      { type: 'actor.history', address: conversation, afterRevision: 0, limit: 10 },
    ]
    for (const each of commands) {
      expect(await spy.raw(each), each.type).toMatchObject({ ok: false, error: { code: 'not-found' } })
    }
    const page = await spy.command({ type: 'inbox.open', query: { view: 'all', limit: 200 } })
    expect(page).toMatchObject({ rows: [], counts: { all: 0 } })
    const sales = await member(house, { name: 'Sal' })
    expect(await sales.raw({ type: 'funnel.open', query: { fromMs: 0 } })).toMatchObject({
      ok: false,
      error: { code: 'forbidden' },
    })
    expect(await sales.raw({ type: 'take-over', conversation, force: true })).toMatchObject({
      error: { code: 'forbidden' },
    })
    expect(await sales.raw({ type: 'take-over', conversation: 'acme/conversation/ghost' })).toMatchObject({
      error: { code: 'not-found' },
    })
    expect(await house.runtime.inspect('acme/conversation/ghost' as never)).toBeUndefined()
    for (const each of [eve, spy, sales]) each.close()
  })

  it('a thousand messages in a second, 100 KB of text and nonsense get clear answers, and a neighbour notices nothing', async () => {
    const flood = await customer(house)
    const neighbour = await customer(house)
    const replies = Promise.all(
      Array.from({ length: 1000 }, (_, index) =>
        flood.raw({ type: 'message.send', clientId: `f${index}`, text: `m${index}` }),
      ),
    )
    const startedAtMs = Date.now()
    expect(await neighbour.say('anybody there?')).toBe(1)
    expect(Date.now() - startedAtMs).toBeLessThan(2000)
    const answered = await replies
    expect(answered.filter((each) => each.ok)).toHaveLength(limits.visitorMessages.limit)
    const codes = new Set(answered.flatMap((each) => (each.ok ? [] : [each.error.code])))
    expect([...codes].filter((code) => code !== 'rate-limited' && code !== 'busy')).toEqual([])
    const limited = answered.find((each) => !each.ok && each.error.code === 'rate-limited')
    expect(limited).toMatchObject({ error: { retry: 'later', retryAfterMs: expect.any(Number) } })

    const long = await neighbour.raw({ type: 'message.send', clientId: 'long', text: 'x'.repeat(100_000) })
    expect(long).toMatchObject({ ok: false, error: { code: 'too-large', retry: 'never' } })
    for (const nonsense of [null, 'x', { type: 'drop tables' }, { type: 'resume' }, [1, 2], { type: 'message.send' }]) {
      expect(await neighbour.raw(nonsense)).toMatchObject({ ok: false })
    }
    neighbour.socket.emit('command')
    neighbour.socket.emit('command', { type: 'typing', on: true }, 'no function')
    neighbour.socket.emit('nonsense', new Uint8Array(10))
    expect(await neighbour.say('still here')).toBeGreaterThan(1)
    expect(house.logged.filter((line) => line.startsWith('error'))).toEqual([])
    for (const each of [flood, neighbour]) each.close()
  })

  it('a member whose last console has gone for the grace period is away, and available again when back', async () => {
    const via = await member(house, { name: 'Via' })
    await via.command({ type: 'presence.set', available: true })
    const availability = async () => {
      const queue = await house.documents.get('queues', 'acme/queue/sales')
      const members = (queue?.value['members'] ?? []) as { memberId: string; available: boolean }[]
      return members.find((each) => each.memberId === via.member.memberId)?.available
    }
    await until(availability, (available) => available === true)
    via.close()
    await until(availability, (available) => available !== true)
    const back = await member(house, { name: 'Via' })
    await until(availability, (available) => available === true)
    expect(back.member.memberId).toBe(via.member.memberId)
    back.close()
  })

  it('more news than a socket takes in are dropped, not hoarded; the reader is told that it is behind and resumes', async () => {
    const gil = await customer(house)
    await gil.say('hello')
    const vic = await member(house, { name: 'Vic' })
    await until(
      () => vic.raw({ type: 'take-over', conversation: gil.conversation }),
      (reply) => reply.ok,
    )
    await gil.frame('owner', (frame) => frame.owner.kind === 'member')
    const typing = { by: 'member', memberId: vic.member.memberId, name: 'Vic', on: true } as const
    for (let index = 0; index < 5000; index++) house.ephemeral.publish(`typing/${gil.conversation}`, typing)
    await gil.frame('behind')
    expect(gil.frames.length).toBeLessThan(outgoingMax + 50)
    const transcript = await gil.command({ type: 'resume', after: 0 })
    expect(transcript.messages.map((each) => each.n)).toEqual(transcript.messages.map((_, index) => index + 1))
    expect(transcript.owner).toEqual({ kind: 'member', name: 'Vic' })
    for (const each of [gil, vic]) each.close()
  })
})
