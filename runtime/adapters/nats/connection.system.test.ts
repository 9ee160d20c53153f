import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { NatsConnection } from '@nats-io/nats-core'
import { afterEach, describe, expect, it } from 'vitest'
import { bringServer } from '#deploy/services/bring-server.ts'
import { findServer } from '#deploy/services/find-server.ts'
import { freePorts } from '#deploy/services/free-ports.ts'
import { startNats, type NatsOptions as ServerOptions, type NatsServers } from '#deploy/services/nats-servers.ts'
import { RunningServer } from '#deploy/services/running-server.ts'
import type { JsonObject } from '../../json.ts'
import type { Log } from '../../ports/log.ts'
import { closeNats, connectNats, type NatsOptions } from './connection.ts'
import { checkServer } from './server-check.ts'

const there = findServer('nats') !== undefined || process.env['FINEACERS_TEST_NATS'] !== undefined

describe.skipIf(!there)('a connection to NATS and what befalls its server [needs a nats-server]', () => {
  const after: (() => unknown)[] = []
  afterEach(async () => {
    for (const undo of after.splice(0).reverse()) await undo()
    lines.length = 0
  })

  const lines: string[] = []
  const line =
    (level: string) =>
    (message: string, fields?: JsonObject): void =>
      void lines.push(`${level} ${message} ${JSON.stringify(fields ?? {})}`)
  const log: Log = { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') }

  function folder(): string {
    const made = mkdtempSync(join(tmpdir(), 'fineacers-connection-'))
    after.push(() => rmSync(made, { recursive: true, force: true }))
    return made
  }

  async function server(options: Partial<ServerOptions> = {}): Promise<NatsServers> {
    const nats = await startNats({ servers: 1, folder: folder(), sync: 'default', ...options })
    after.push(() => nats.kill())
    return nats
  }

  async function connected(url: string, options: Partial<NatsOptions> = {}): Promise<NatsConnection> {
    const connection = await connectNats({ servers: url.split(','), name: 'test', log, waitMs: 10_000, ...options })
    after.push(() => connection.close())
    return connection
  }

  it('[C2] a server without JetStream is told how to have it', async () => {
    const [port] = await freePorts(1)
    const { path: program } = await bringServer('nats')
    const url = `nats://127.0.0.1:${port}`
    const plain = await RunningServer.start({
      name: 'nats',
      url,
      program,
      args: ['--addr', '127.0.0.1', '--port', String(port)],
      folder: folder(),
      port: port ?? 0,
      ready: async () => true,
    })
    after.push(() => plain.kill())
    await expect(connected(url)).rejects.toMatchObject({
      code: 'store-unsuitable',
      message: expect.stringContaining('start nats-server with «-js'),
    })
  })

  it('[C2] an account without JetStream, wrong and missing credentials are told apart', async () => {
    const { url } = await server({
      config: [
        'accounts {',
        '  A: { jetstream: enabled, users: [ { user: asha, password: "right/1" } ] }',
        '  B: { users: [ { user: bo, password: "b" } ] }',
        '}',
      ].join('\n'),
    })
    const host = url.slice('nats://'.length)
    await expect(connected(`nats://bo:b@${host}`)).rejects.toMatchObject({
      code: 'store-unsuitable',
      message: expect.stringContaining('JetStream is not enabled for this account'),
    })
    for (const wrong of [url, `nats://asha:secret@${host}`, `nats://token@${host}`]) {
      const refused = connected(wrong)
      await expect(refused).rejects.toMatchObject({ code: 'store-unauthorized', retry: 'never' })
      await expect(refused).rejects.toThrow(expect.objectContaining({ message: expect.not.stringMatching('secret') }))
    }
    const connection = await connected(`nats://asha:right%2F1@${host}`)
    expect((await checkServer(connection)).map(({ check, state }) => [check, state])).toEqual([
      ['version', 'well'],
      ['payload', 'well'],
      ['jetstream', 'well'],
    ])
  })

  it('[C2] what a user may not do is in the log by its subject', async () => {
    const { url } = await server({
      config:
        'authorization { users: [ { user: a, password: b, permissions: { publish: ">", subscribe: { deny: "secret.>" } } } ] }',
    })
    const connection = await connected(url.replace('://', '://a:b@'))
    connection.subscribe('secret.things', { callback: () => {} })
    await expect.poll(() => lines.find((each) => each.includes('does not permit'))).toContain('secret.things')
  })

  it('[C1] a server that is not there yet is waited for, and the log says what for', async () => {
    const nats = await server()
    await nats.stop()
    const connecting = connected(nats.url)
    await expect.poll(() => lines[0]).toContain('warn waiting for NATS')
    expect(lines[0]).toContain(nats.url)
    await nats.restart()
    const connection = await connecting
    expect((await connection.request('$JS.API.INFO')).json()).toHaveProperty('limits')
    expect(lines.at(-1)).toContain('info NATS is there')
  })

  it('[C1] one that never comes is given up when the time is over', async () => {
    const nats = await server()
    await nats.stop()
    await expect(connected(nats.url, { waitMs: 1_000 })).rejects.toMatchObject({
      code: 'store-unavailable',
      message: expect.stringMatching(/within 1000 ms: connection refused/),
    })
  })

  it('[C3] a connection outlives its server: calls fail, the process goes on, and it is back by itself', async () => {
    const nats = await server()
    const connection = await connected(nats.url)
    const heard: string[] = []
    connection.subscribe('news', { callback: (_, message) => void heard.push(message.string()) })
    for (let time = 1; time <= 2; time++) {
      const unanswered = connection.request('$JS.API.INFO', '', { timeout: 500 })
      await unanswered
      await nats.kill()
      await expect(connection.request('$JS.API.INFO', '', { timeout: 300 })).rejects.toThrow()
      await nats.restart()
      await expect.poll(() => lines.filter((each) => each.includes('is back')), { timeout: 5_000 }).toHaveLength(time)
      connection.publish('news', String(time))
      await expect.poll(() => heard.length).toBe(time)
    }
    expect(heard).toEqual(['1', '2'])
    expect(lines.filter((each) => each.includes('warn the connection to NATS is lost'))).toHaveLength(2)
    expect(lines.filter((each) => each.startsWith('error'))).toEqual([])
  })

  it('[C3] a connection is closed within two seconds, with a server that takes what is under way and without one', async () => {
    const nats = await server()
    const [first, second, third] = [await connected(nats.url), await connected(nats.url), await connected(nats.url)]
    const heard: string[] = []
    second.subscribe('news', { callback: (_, message) => void heard.push(message.string()) })
    await second.flush()
    first.publish('news', 'last words')
    await closeNats(first)
    await expect.poll(() => heard).toEqual(['last words'])
    await nats.pause()
    const closingMs = performance.now()
    await closeNats(second)
    await nats.kill()
    await closeNats(third)
    expect(performance.now() - closingMs).toBeLessThan(4_500)
    expect([first, second, third].map((each) => each.isClosed())).toEqual([true, true, true])
  })

  it('[C3] a server that hangs is given up, and found again when it goes on', async () => {
    const nats = await server()
    await connected(nats.url)
    await nats.pause()
    await expect.poll(() => lines.join('\n'), { timeout: 12_000 }).toContain('does not answer: it is given up')
    nats.resume()
    await expect.poll(() => lines.join('\n'), { timeout: 12_000 }).toContain('is back')
  })

  it('[C3] of a cluster any server will do, and the loss of one is the loss of nothing', async () => {
    const nats = await server({ servers: 3 })
    const connection = await connected(nats.url)
    const current = nats.servers.find(({ url }) => url.endsWith(connection.getServer().split(':').at(-1) ?? ''))
    await current?.kill()
    await expect.poll(() => lines.join('\n'), { timeout: 10_000 }).toContain('is back')
    await expect
      .poll(async () => (await connection.request('$JS.API.INFO', '', { timeout: 1_000 })).json(), { timeout: 15_000 })
      .toHaveProperty('limits')
  })

  it('[C3] credentials that change under a connection are said in the log, and used once they are right', async () => {
    const login = (password: string): string => `authorization { user: a, password: ${password} }`
    const place = folder()
    const nats = await server({ folder: place, config: login('one') })
    const connection = await connected(nats.url.replace('://', '://a:one@'))
    const file = join(place, 'nats.conf')
    const config = readFileSync(file, 'utf8')
    writeFileSync(file, config.replace(login('one'), login('two')))
    await nats.restart()
    await expect.poll(() => lines.join('\n'), { timeout: 5_000 }).toContain('error NATS refuses the credentials')
    writeFileSync(file, config)
    await nats.restart()
    await expect.poll(() => lines.join('\n'), { timeout: 5_000 }).toContain('is back')
    expect(connection.isClosed()).toBe(false)
    // Said once, however often it was tried.
    expect(lines.filter((each) => each.includes('refuses the credentials'))).toHaveLength(1)
  })
})
