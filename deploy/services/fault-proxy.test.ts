import { connect, createServer, type Server, type Socket } from 'node:net'
import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { createFaultProxy, type FaultProxy } from './fault-proxy.ts'

const after: (() => unknown)[] = []
afterEach(async () => {
  for (const undo of after.splice(0).reverse()) await undo()
})

/** A server that writes down what arrives and answers each piece with the same in capitals. */
interface Echo {
  readonly port: number
  readonly arrived: string[]
  readonly server: Server
  readonly ended: number
}

async function echo(): Promise<Echo> {
  const arrived: string[] = []
  const seen = { ended: 0 }
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    after.push(() => socket.destroy())
    socket.on('error', () => undefined)
    socket.on('end', () => {
      seen.ended++
      socket.end('bye')
    })
    socket.on('data', (chunk) => {
      arrived.push(chunk.toString('utf8'))
      socket.write(chunk.toString('utf8').toUpperCase())
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  after.push(() => server.close())
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    port,
    arrived,
    server,
    get ended() {
      return seen.ended
    },
  }
}

async function proxyTo(port: number): Promise<FaultProxy> {
  const proxy = await createFaultProxy({ to: { host: '127.0.0.1', port } })
  after.push(() => proxy.stop())
  return proxy
}

interface Caller {
  readonly socket: Socket
  /** What came back so far. */
  readonly heard: { text: string; closed?: 'well' | 'broken' }
}

async function call(proxy: FaultProxy): Promise<Caller> {
  const socket = connect({ port: proxy.port, host: '127.0.0.1' })
  const heard: Caller['heard'] = { text: '' }
  socket.on('data', (chunk) => (heard.text += chunk.toString('utf8')))
  socket.on('error', () => (heard.closed = 'broken'))
  socket.on('close', () => (heard.closed ??= 'well'))
  after.push(() => socket.destroy())
  await once(socket, 'connect')
  return { socket, heard }
}

describe('a fault proxy', () => {
  it('passes bytes, halves that end, and ends', async () => {
    const server = await echo()
    const proxy = await proxyTo(server.port)
    const { socket, heard } = await call(proxy)
    socket.end('hello')
    await expect.poll(() => heard).toEqual({ text: 'HELLObye', closed: 'well' })
    expect(server.ended).toBe(1)
    await expect.poll(() => proxy.connections).toBe(0)
  })

  it('delays both directions and keeps the order', async () => {
    const proxy = await proxyTo((await echo()).port)
    const { socket, heard } = await call(proxy)
    proxy.delay(250)
    const beganMs = performance.now()
    for (const piece of ['a', 'b', 'c']) {
      socket.write(piece)
      await new Promise((resolve) => setImmediate(resolve))
    }
    await expect.poll(() => heard.text).toBe('ABC')
    // There and back again; timers may be a millisecond early.
    expect(performance.now() - beganMs).toBeGreaterThan(490)
    proxy.delay(0)
    const againMs = performance.now()
    socket.write('d')
    await expect.poll(() => heard.text, { interval: 5 }).toBe('ABCD')
    expect(performance.now() - againMs).toBeLessThan(250)
  })

  it('lets nothing through while it is cut, for connections old and new, and everything once it heals', async () => {
    const server = await echo()
    const proxy = await proxyTo(server.port)
    const old = await call(proxy)
    old.socket.write('before')
    await expect.poll(() => old.heard.text).toBe('BEFORE')
    proxy.cut()
    const young = await call(proxy)
    old.socket.write(' during')
    young.socket.write('new')
    // A third way to the server shows that it would have heard by now.
    const direct = await call(await proxyTo(server.port))
    direct.socket.write('direct')
    await expect.poll(() => direct.heard.text).toBe('DIRECT')
    expect(server.arrived).toEqual(['before', 'direct'])
    expect([old.heard, young.heard]).toEqual([{ text: 'BEFORE' }, { text: '' }])
    proxy.heal()
    await expect.poll(() => old.heard.text).toBe('BEFORE DURING')
    await expect.poll(() => young.heard.text).toBe('NEW')
  })

  it('does not tell either side that the other has gone while it is cut', async () => {
    const server = await echo()
    const proxy = await proxyTo(server.port)
    const { socket } = await call(proxy)
    socket.write('one')
    await expect.poll(() => server.arrived).toEqual(['one'])
    proxy.cut()
    socket.end()
    const direct = await call(await proxyTo(server.port))
    direct.socket.write('direct')
    await expect.poll(() => direct.heard.text).toBe('DIRECT')
    expect(server.ended).toBe(0)
    proxy.heal()
    await expect.poll(() => server.ended).toBe(1)
  })

  it('stalls replies so that requests arrive and their answers are lost with the connection', async () => {
    const server = await echo()
    const proxy = await proxyTo(server.port)
    const { socket, heard } = await call(proxy)
    proxy.stallReplies()
    socket.write('commit')
    await expect.poll(() => server.arrived).toEqual(['commit'])
    proxy.resetAll()
    await expect.poll(() => heard).toEqual({ text: '', closed: 'broken' })
    proxy.heal()
    const again = await call(proxy)
    again.socket.write('again')
    await expect.poll(() => again.heard.text).toBe('AGAIN')
  })

  it('holds a flood back at the sender instead of keeping it', async () => {
    const server = await echo()
    const proxy = await proxyTo(server.port)
    const { socket, heard } = await call(proxy)
    proxy.cut()
    const flood = 'x'.repeat(32 << 20)
    socket.write(flood)
    const direct = await call(await proxyTo(server.port))
    direct.socket.write('direct')
    await expect.poll(() => direct.heard.text).toBe('DIRECT')
    // What the proxy and both systems hold is far from all of it.
    expect(socket.writableLength).toBeGreaterThan(8 << 20)
    proxy.heal()
    await expect.poll(() => heard.text.length, { timeout: 20_000 }).toBe(flood.length)
  })

  it('breaks the connection of a client whose server is not there', async () => {
    const server = await echo()
    const proxy = await proxyTo(server.port)
    await new Promise((resolve) => server.server.close(resolve))
    const { heard } = await call(proxy)
    await expect.poll(() => heard.closed).toBe('broken')
  })

  it('stops with every connection', async () => {
    const proxy = await proxyTo((await echo()).port)
    const { heard } = await call(proxy)
    await proxy.stop()
    await expect.poll(() => heard.closed).toBe('broken')
    await expect(call(proxy)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })
})
