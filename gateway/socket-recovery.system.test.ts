import { mkdtempSync, rmSync } from 'node:fs'
import { connect as dial, createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { io, type Socket } from 'socket.io-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createFaultProxy } from '#deploy/services/fault-proxy.ts'
import { startRedis } from '#deploy/services/redis-server.ts'
import type { RunningServer } from '#deploy/services/running-server.ts'
import type { CustomerFrame } from './protocol.ts'
import { protocolVersion } from './protocol.ts'
import { member } from './testing/test-clients.ts'
import { anotherGateway, openShared, startTestHouse, until, type TestHouse } from './testing/test-house.ts'

// One server of its own, to be killed; where there is none, the tests that share one are skipped, too.
const shared = process.env['FINEACERS_TEST_REDIS']

describe.skipIf(shared === undefined)('a client whose gateway goes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fineacers-recover-'))
  let redis: RunningServer
  let house: TestHouse
  beforeAll(async () => {
    redis = await startRedis({ folder, sync: 'default' })
    house = await startTestHouse({ ephemeral: await openShared(redis.url) })
  })
  afterAll(async () => {
    await house.stop()
    await redis.kill()
    rmSync(folder, { recursive: true })
  })

  it('that is stopped comes back to another, is taken up by it, and is sent only what it has not got', async () => {
    const first = await anotherGateway(house, await openShared(redis.url))
    const front = await createSwitch(first.port)
    const client = returning(front.port)
    const { conversation } = await client.frame('welcome', 1)
    await client.say('one')
    await client.message('assistant', 1)
    front.lead(house.port)
    await first.stop()
    await client.frame('welcome', 2)
    expect(client.socket.recovered).toBe(true)
    const again = client.frames.filter((frame) => frame.type === 'welcome')[1]
    expect(again).toMatchObject({ conversation, transcript: { messages: [], lastN: 2 } })
    await client.say('two')
    await client.message('assistant', 2)
    expect(client.numbers()).toEqual([1, 2, 3, 4])
    client.socket.disconnect()
    front.stop()
  })

  it('and that comes back as somebody else gets nothing of who it was', async () => {
    const proxy = await createFaultProxy({ to: { host: '127.0.0.1', port: house.port } })
    const client = returning(proxy.port)
    const { conversation } = await client.frame('welcome', 1)
    await client.say('one')
    await client.message('assistant', 1)
    const sam = await member(house, { name: 'Sam' })
    await until(
      () => sam.raw({ type: 'take-over', conversation }),
      (reply) => reply.ok,
    )
    proxy.stallReplies()
    await sam.command({ type: 'message.send', conversation, clientId: 'w1', text: 'not for others' })
    client.forget()
    proxy.resetAll()
    proxy.heal()
    const { conversation: other, transcript } = await client.frame('welcome', 2)
    expect(other).not.toBe(conversation)
    expect(transcript.messages).toEqual([])
    expect(JSON.stringify(client.frames)).not.toContain('not for others')
    for (const each of [client.socket, sam.socket]) each.disconnect()
    await proxy.stop()
  })

  it('without a word comes back complete by the numbers, taken up or not', async () => {
    const proxy = await createFaultProxy({ to: { host: '127.0.0.1', port: house.port } })
    const client = returning(proxy.port)
    const { conversation } = await client.frame('welcome', 1)
    await client.say('one')
    await client.message('assistant', 1)
    const priya = await member(house, { name: 'Priya' })
    await until(
      () => priya.raw({ type: 'take-over', conversation }),
      (reply) => reply.ok,
    )
    const take = async (text: string) =>
      priya.command({ type: 'message.send', conversation, clientId: text.replaceAll(' ', '-'), text })
    proxy.stallReplies()
    // Sent and on its way when the line breaks; the member's typing has no number to ask for it by.
    await priya.command({ type: 'conversation.typing', conversation, on: true })
    const { n } = await take('on its way')
    proxy.resetAll()
    proxy.heal()
    await client.frame('welcome', 2)
    expect(client.socket.recovered).toBe(true)
    expect(client.frames.some((frame) => frame.type === 'typing' && frame.on)).toBe(true)
    expect(client.numbers()).toContain(n)
    expect(client.frames.filter((frame) => frame.type === 'message' && frame.message.n === n)).toHaveLength(1)

    await redis.kill()
    proxy.stallReplies()
    const later = await take('while the store is away')
    proxy.resetAll()
    proxy.heal()
    await client.frame('welcome', 3)
    expect(client.socket.recovered).toBe(false)
    const transcript = client.frames.filter((frame) => frame.type === 'welcome')[2]?.transcript
    expect(transcript?.messages.map((each) => each.n)).toEqual(Array.from({ length: later.n }, (_, index) => index + 1))
    for (const each of [client.socket, priya.socket]) each.disconnect()
    await proxy.stop()
  })
})

/** A customer's client that reconnects, as the widget does. */
function returning(port: number) {
  let token: string | undefined
  const frames: CustomerFrame[] = []
  const socket: Socket = io(`http://127.0.0.1:${port}/customer`, {
    auth: (give) =>
      give({
        protocol: protocolVersion,
        workspace: 'acme',
        language: 'en',
        timeZone: 'UTC',
        ...(token === undefined ? {} : { token }),
      }),
    transports: ['websocket'],
    forceNew: true,
    reconnectionDelay: 20,
    reconnectionDelayMax: 50,
  })
  socket.on('frame', (frame: CustomerFrame) => {
    frames.push(frame)
    if (frame.type === 'welcome') token = frame.token
  })
  const messages = () => frames.flatMap((frame) => (frame.type === 'message' ? [frame.message] : []))
  return {
    socket,
    frames,
    forget: () => void (token = undefined),
    say: (text: string) =>
      socket.timeout(5000).emitWithAck('command', { type: 'message.send', clientId: text, text }) as Promise<unknown>,
    numbers: () => messages().map((each) => each.n),
    frame: async (type: 'welcome', count: number) => {
      const found = await until(
        () => frames.filter((each) => each.type === type),
        (all) => all.length >= count,
      )
      return found[count - 1] as Extract<CustomerFrame, { type: 'welcome' }>
    },
    message: (kind: string, count: number) =>
      until(
        () => messages().filter((each) => each.author.kind === kind).length,
        (heard) => heard >= count,
      ),
  }
}

/** A proxy without sticky sessions: leads new connections wherever it was told last. */
async function createSwitch(port: number) {
  let to = port
  const server = createServer((client) => {
    const upstream = dial(to, '127.0.0.1')
    for (const each of [client, upstream]) {
      each.on('error', () => undefined)
      each.on('close', () => {
        client.destroy()
        upstream.destroy()
      })
    }
    client.pipe(upstream).pipe(client)
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    lead: (other: number) => void (to = other),
    stop: () => void server.close(),
  }
}
