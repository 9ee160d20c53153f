import { createServer, type Server, type Socket } from 'node:net'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { Log } from '../../ports/log.ts'
import { connectNats } from './connection.ts'

interface FakeServer {
  readonly url: string
  /** What clients said of themselves when they connected. */
  readonly clients: readonly string[]
  /** Breaks every connection. */
  breakAll(): void
  close(): Promise<void>
}

/** A server that speaks as much of the protocol as a client needs to connect and, where `answers`, to ask for JetStream. */
async function fakeServer(info: object, answers: boolean): Promise<FakeServer> {
  const sockets = new Set<Socket>()
  const clients: string[] = []
  const greeting = { server_id: 'FAKE', proto: 1, headers: true, max_payload: 1_048_576, ...info }
  const server: Server = createServer((socket) => {
    let inbox = ''
    sockets.add(socket)
    socket.on('error', () => {})
    socket.write(`INFO ${JSON.stringify(greeting)}\r\n`)
    socket.on('data', (data) => {
      for (const line of data.toString().split('\r\n')) {
        const [verb = '', subject = '', reply = ''] = line.split(' ')
        if (verb === 'CONNECT') clients.push(line.slice('CONNECT '.length))
        if (verb === 'PING') socket.write('PONG\r\n')
        if (verb === 'SUB') inbox = reply
        if (verb === 'PUB' && subject === '$JS.API.INFO' && answers) socket.write(`MSG ${reply} ${inbox} 2\r\n{}\r\n`)
      }
    })
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const breakAll = (): void => sockets.forEach((socket) => socket.destroy())
  return {
    url: `nats://127.0.0.1:${port}`,
    clients,
    breakAll,
    close: () =>
      new Promise((resolve) => {
        breakAll()
        server.close(() => resolve())
      }),
  }
}

/** A credentials file as the tools write it. The seed is the one of the documentation. */
function credentials(token: string): string {
  return [
    '-----BEGIN NATS USER JWT-----',
    token,
    '------END NATS USER JWT------',
    '',
    '-----BEGIN USER NKEY SEED-----',
    'SUAIO3FHUX5PNV2LQIIP7TZ3N4L7TX3W53MQGEIVYFIGA635OZCKEYHFLM',
    '------END USER NKEY SEED------',
    '',
  ].join('\n')
}

describe('connecting to NATS', () => {
  const after: (() => unknown)[] = []
  afterEach(async () => {
    for (const undo of after.splice(0).reverse()) await undo()
  })
  const lines: string[] = []
  const line = (message: string): void => void lines.push(message)
  const log: Log = { debug: line, info: line, warn: line, error: line }

  async function connectTo(info: object): Promise<unknown> {
    const server = await fakeServer(info, false)
    after.push(() => server.close())
    return connectNats({ servers: [server.url], name: 'test', log, waitMs: 2_000 })
  }

  it('[C2] one that is too old is told with both versions, at once', async () => {
    for (const version of ['2.9.25', '2.12.13', '2.14.3', '2.13.99', '1.0.0'])
      await expect(connectTo({ version })).rejects.toMatchObject({
        code: 'store-unsuitable',
        retry: 'never',
        message: expect.stringMatching(new RegExp(`is ${version}, older than 2\\.14\\.4 .*install a newer one`)),
      })
  })

  it('[C1] one that is new enough and does not answer is waited for, then given up', async () => {
    for (const version of ['2.12.14', '2.14.4-RC.1'])
      await expect(connectTo({ version, jetstream: true })).rejects.toMatchObject({
        code: 'store-unavailable',
        retry: 'later',
        message: expect.stringContaining('within 2000 ms: JetStream does not answer'),
      })
    expect(lines).toContain('waiting for NATS')
  })

  it('[C2] an address that is none, and credentials that can’t be read, are refused before anything is tried', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'creds-'))
    after.push(() => rmSync(folder, { recursive: true }))
    const options = { name: 'test', log, servers: ['nats://127.0.0.1:1'] }
    await expect(connectNats({ ...options, servers: [] })).rejects.toMatchObject({ code: 'store-unsuitable' })
    await expect(connectNats({ ...options, servers: ['http://x'] })).rejects.toMatchObject({ code: 'store-unsuitable' })
    await expect(connectNats({ ...options, credentialsFile: join(folder, 'none.creds') })).rejects.toMatchObject({
      code: 'store-unauthorized',
      message: expect.stringContaining('none.creds'),
    })
  })

  it('[C2] a credentials file signs in, and a renewed one is used for the next connection', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'creds-'))
    after.push(() => rmSync(folder, { recursive: true }))
    const credentialsFile = join(folder, 'user.creds')
    const server = await fakeServer({ version: '2.14.4', auth_required: true, nonce: 'n-1' }, true)
    after.push(() => server.close())
    writeFileSync(credentialsFile, credentials('first.j.wt'))
    const connection = await connectNats({ servers: [server.url], name: 'test', log, credentialsFile })
    after.push(() => connection.close())
    expect(server.clients.map((each) => JSON.parse(each))).toEqual([
      expect.objectContaining({ name: 'test', jwt: 'first.j.wt', sig: expect.stringMatching(/^[\w+/=]{80,}$/) }),
    ])
    writeFileSync(credentialsFile, credentials('second.j.wt'))
    server.breakAll()
    await expect.poll(() => server.clients[1]).toContain('second.j.wt')
    rmSync(credentialsFile)
    server.breakAll()
    await expect.poll(() => server.clients[2]).toContain('second.j.wt')
    expect(connection.isClosed()).toBe(false)
  })

  it('[C1] a signal ends the waiting', async () => {
    const stop = new AbortController()
    const connecting = connectNats({ servers: ['nats://127.0.0.1:1'], name: 'test', log, signal: stop.signal })
    stop.abort()
    await expect(connecting).rejects.toMatchObject({ name: 'AbortError' })
    await expect(
      connectNats({ servers: ['nats://127.0.0.1:1'], name: 'test', log, signal: stop.signal }),
    ).rejects.toMatchObject({ name: 'AbortError' })
  })
})
