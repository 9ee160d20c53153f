import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startRedis } from '#deploy/services/redis-server.ts'
import type { RunningServer } from '#deploy/services/running-server.ts'
import { createWorkspaceTokens } from './auth/workspace-tokens.ts'
import { limits, protocolVersion, type ImportView } from './protocol.ts'
import { connect, customer, member, signIn } from './testing/test-clients.ts'
import { anotherGateway, openShared, problemIn, startTestHouse, until, type TestHouse } from './testing/test-house.ts'

// One server of its own, to be killed; where there is none, the tests that share one are skipped, too.
const shared = process.env['FINEACERS_TEST_REDIS']
const awayGraceMs = 400

describe.skipIf(shared === undefined)('two gateways of one house', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fineacers-two-'))
  let redis: RunningServer
  let a: TestHouse
  let b: TestHouse
  const open = () => openShared(redis.url)
  beforeAll(async () => {
    redis = await startRedis({ folder, sync: 'default' })
    a = await startTestHouse({
      limits: { awayGraceMs, signInsPerMinute: 100 },
      ephemeral: await open(),
      importFolder: join(folder, 'a'),
    })
    b = await anotherGateway(a, await open(), { importFolder: join(folder, 'b') })
  })
  beforeEach(async () => {
    if (!redis.running) await redis.restart()
    await until(
      () => a.ephemeral.reachable() && b.ephemeral.reachable(),
      (is) => is,
    )
  })
  afterAll(async () => {
    await b.stop()
    await a.stop()
    await redis.kill()
    rmSync(folder, { recursive: true })
  })

  const available = async (memberId: string): Promise<boolean | undefined> => {
    const queue = await a.documents.get('queues', 'acme/queue/sales')
    const members = (queue?.value['members'] ?? []) as { memberId: string; available: boolean }[]
    return members.find((each) => each.memberId === memberId)?.available
  }

  /** How often the queue was told that a member is away. */
  const told = async (memberId: string): Promise<number> => {
    const history = await a.runtime.timeline('acme/queue/sales' as never, { afterRevision: 0, limit: 10_000 })
    const events = history.map(({ envelope }) => envelope.event)
    return events.filter((event) => event.type === 'member.away' && event['memberId'] === memberId).length
  }

  it('a customer on one and members on both: messages, typing and who looks reach the others', async () => {
    const ann = await customer(a)
    await ann.say('hello')
    const [ben, cat] = [await member(a, { name: 'Ben' }), await member(b, { name: 'Cat' })]
    const openIt = { type: 'conversation.open', conversation: ann.conversation, after: 0 } as const
    await until(
      () => cat.raw(openIt),
      (reply) => reply.ok,
    )
    await ben.command(openIt)
    await cat.frame('conversation.presence', (frame) => frame.presence.some((each) => each.name === 'Ben'))
    await ben.frame('conversation.presence', (frame) => frame.presence.some((each) => each.name === 'Cat'))
    await cat.command({ type: 'take-over', conversation: ann.conversation })
    await ann.frame('owner', (frame) => frame.owner.kind === 'member')
    await ann.command({ type: 'typing', on: true })
    await cat.frame('conversation.typing', (frame) => frame.on)
    await cat.command({ type: 'conversation.typing', conversation: ann.conversation, on: true })
    await ann.frame('typing', (frame) => frame.by === 'member' && frame.on)
    await ben.frame('conversation.presence', (frame) => frame.presence.some((each) => each.typing))
    const said = { type: 'message.send', conversation: ann.conversation, clientId: 'c1', text: 'Hi Ann' } as const
    const { n } = await cat.command(said)
    await ann.frame('message', (frame) => frame.message.n === n)
    const m = await ann.say('thank you')
    await cat.frame('conversation.message', (frame) => frame.message.n === m)
    cat.close()
    await ben.frame(
      'conversation.presence',
      (frame) => frame.presence.length === 1 && frame.presence[0]?.name === 'Ben',
    )
    for (const each of [ann, ben]) each.close()
  })

  it('a sign-out on one ends the sockets of that sign-in on the other, and a removal those of the member everywhere', async () => {
    const { cookie, accessToken } = await signIn(a, { name: 'Out', role: 'sales-agent', workspace: 'acme' })
    const auth = { protocol: protocolVersion, accessToken }
    const [here, there] = [await connect(a, '/staff', auth), await connect(b, '/staff', auth)]
    const other = await member(b, { name: 'Other' })
    const url = `http://127.0.0.1:${a.port}/v1`
    await fetch(`${url}/auth/sign-out`, { method: 'POST', headers: { cookie } })
    for (const each of [here, there]) {
      await each.frame('signed-out')
      await until(
        () => each.socket.connected,
        (is) => !is,
      )
    }
    // The access token itself would still be good for minutes.
    expect(problemIn(await connect(b, '/staff', auth).catch((error: unknown) => error)).code).toBe('unauthenticated')
    expect(other.socket.connected).toBe(true)
    const boss = await signIn(a, { name: 'Boss', role: 'admin', workspace: 'acme' })
    const removed = await fetch(`${url}/members/${other.member.memberId}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${boss.accessToken}` },
    })
    expect(removed.status).toBe(204)
    expect((await other.frame('signed-out')).reason).toContain('removed')
  })

  it('a member is available until the last console on any gateway has gone', async () => {
    const one = await member(a, { name: 'Dee' })
    const two = await member(b, { name: 'Dee' })
    const { memberId } = one.member
    await until(
      () => available(memberId),
      (is) => is === true,
    )
    one.close()
    // Another member's going is noticed after that of the first.
    const other = await member(a, { name: 'Eve' })
    other.close()
    await until(
      () => available(other.member.memberId),
      (is) => is === false,
    )
    expect(await available(memberId)).toBe(true)
    // A line that breaks and comes back within the grace period, elsewhere, changes nothing: no queue is told.
    two.close()
    const [before, three] = [await told(memberId), await member(a, { name: 'Dee' })]
    const later = await member(b, { name: 'Eve' })
    later.close()
    await until(
      () => available(later.member.memberId),
      (is) => is === false,
    )
    expect(await told(memberId)).toBe(before)
    three.close()
    await until(
      () => available(memberId),
      (is) => is === false,
    )
  })

  it('a member believed away by mistake, who is here and has not said so, is available again', async () => {
    const fay = await member(b, { name: 'Fay' })
    const { memberId } = fay.member
    const mistaken = { to: 'acme/queue/sales' as never, event: { type: 'member.away', memberId } }
    await until(
      () => available(memberId),
      (is) => is === true,
    )
    await a.runtime.submit(mistaken, AbortSignal.timeout(5000))
    await fay.frame('member', (frame) => frame.memberId === memberId && !frame.available)
    await until(
      () => available(memberId),
      (is) => is === true,
    )
    await fay.command({ type: 'presence.set', available: false })
    await until(
      () => available(memberId),
      (is) => is === false,
    )
    fay.close()
  })

  it('a gateway that is gone with its sockets leaves nobody on shift', async () => {
    const c = await anotherGateway(a, await open())
    const gus = await member(c, { name: 'Gus' })
    await until(
      () => available(gus.member.memberId),
      (is) => is === true,
    )
    await c.stop()
    await until(
      () => available(gus.member.memberId),
      (is) => is === false,
    )
    gus.close()
  })

  it('an import tells how far it is to whichever gateway is asked, and is run where its file is', async () => {
    const { accessToken } = await signIn(a, { name: 'Max', role: 'admin', workspace: 'acme' })
    const headers = { authorization: `Bearer ${accessToken}` }
    const json = { ...headers, 'content-type': 'application/json' }
    const at = (house: TestHouse, path: string) => `http://127.0.0.1:${house.port}/v1/imports${path}`
    const rows = Array.from({ length: 300 }, (_, n) => `Lead ${n},+9198${String(45_000_000 + n)}`)
    const form = new FormData()
    form.append('kind', 'leads')
    form.append('file', new Blob([`name,phone\n${rows.join('\n')}\n`], { type: 'text/csv' }), 'leads.csv')
    const uploaded = await fetch(at(a, '/preview'), { method: 'POST', headers, body: form })
    const { id } = (await uploaded.json()) as ImportView
    const start = (house: TestHouse) =>
      fetch(at(house, ''), { method: 'POST', headers: json, body: JSON.stringify({ id }) })
    const refused = await start(b)
    expect(refused.status).toBe(503)
    expect(await refused.text()).toContain('upload it again')
    expect((await start(a)).status).toBe(202)
    const seen = new Set<string>()
    const ended = await until(
      async () => {
        const view = (await (await fetch(at(b, `/${id}`), { headers })).json()) as ImportView
        seen.add(view.status)
        return view
      },
      ({ status }) => status !== 'running',
    )
    expect(ended).toMatchObject({ status: 'done', created: 300 })
    expect([...seen]).toEqual(['running', 'done'])
  })

  it('limits are one for both: a visitor in two tabs has one budget', async () => {
    const one = await customer(a)
    await one.say('first')
    const two = await customer(b, { token: one.token })
    const send = (client: typeof one, n: number) =>
      client.raw({ type: 'message.send', clientId: `m-${client === one ? 'a' : 'b'}-${n}`, text: 'hello' })
    const replies = await Promise.all(Array.from({ length: 20 }, (_, n) => send(n % 2 === 0 ? one : two, n)))
    const refused = replies.filter((reply) => !reply.ok)
    expect(refused).toHaveLength(1 + 20 - limits.visitorMessages.limit)
    expect(refused.every((reply) => !reply.ok && reply.error.code === 'rate-limited')).toBe(true)
    for (const each of [one, two]) each.close()
  })

  it('with the store away chats go on, consoles are told, nobody is taken for gone, sign-in is closed; with it back all renews', async () => {
    const hal = await customer(a)
    await hal.say('hello')
    const [ivy, jon] = [await member(b, { name: 'Ivy' }), await member(a, { name: 'Jon' })]
    const openIt = { type: 'conversation.open', conversation: hal.conversation, after: 0 } as const
    await until(
      () => ivy.raw(openIt),
      (reply) => reply.ok,
    )
    await jon.command(openIt)
    await ivy.command({ type: 'take-over', conversation: hal.conversation })
    const { token } = await createWorkspaceTokens(a).make('acme', 'a site')
    const { accessToken } = await signIn(b, { name: 'Lou', role: 'sales-agent', workspace: 'acme' })
    await redis.kill()
    for (const each of [ivy, jon]) await each.frame('degraded', (frame) => frame.parts.includes('presence'))

    const n = await hal.say('are you there?')
    await ivy.frame('conversation.message', (frame) => frame.message.n === n)
    const said = { type: 'message.send', conversation: hal.conversation, clientId: 'c1', text: 'I am' } as const
    const answered = await ivy.command(said)
    await hal.frame('message', (frame) => frame.message.n === answered.n)
    await ivy.command({ type: 'conversation.typing', conversation: hal.conversation, on: true })
    await jon.command({ type: 'inbox.open', query: { view: 'all', limit: 10 } })
    expect(await jon.command(openIt)).toMatchObject({ presence: [] })
    const late = await connect(b, '/staff', { protocol: protocolVersion, accessToken })
    await late.frame('degraded')
    late.close()
    const newcomer = await customer(b)
    expect(await newcomer.say('a new visitor')).toBe(1)
    const refused = signIn(a, { name: 'Kay', role: 'admin', workspace: 'acme' }).then(() => 'in', String)
    expect(await refused).toContain('503')
    const lead = () =>
      fetch(`http://127.0.0.1:${b.port}/v1/leads`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': 'k1' },
        body: JSON.stringify({ name: 'Lia', phone: '+919845011111' }),
      })
    expect([(await lead()).status, (await lead()).status]).toEqual([201, 200])
    jon.close()

    await redis.restart()
    await ivy.frame('degraded', (frame) => frame.parts.length === 0)
    const liv = await until(
      () => member(a, { name: 'Liv' }).catch(() => undefined),
      (found) => found !== undefined,
    )
    if (liv === undefined) throw new Error('nobody could sign in')
    const view = await until(
      () => liv.command(openIt),
      ({ presence }) => presence.some((each) => each.name === 'Ivy'),
    )
    expect(view.messages.map((each) => each.n)).toEqual(view.messages.map((_, index) => index + 1))
    await hal.command({ type: 'typing', on: true })
    await until(
      async () => {
        await hal.command({ type: 'typing', on: true })
        return ivy.frames.filter((frame) => frame.type === 'conversation.typing' && frame.on).length
      },
      (heard) => heard > 0,
    )
    // Jon's last console went while that could not be told: until all have had the time to renew, his absence means nothing.
    await sleep(3 * awayGraceMs)
    expect(await available(jon.member.memberId)).toBe(true)
    for (const each of [hal, ivy, liv, newcomer]) each.close()
  })
})
