import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { examined, unwell } from './testing/sick-house.ts'

const undo: (() => unknown)[] = []
afterEach(async () => {
  for (const each of undo.splice(0).reverse()) await each()
})

function place(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fineacers-doctor-'))
  undo.push(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Something at an address that says a line to whoever comes. */
async function saying(line: string): Promise<string> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}))
    socket.write(line)
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  undo.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  return `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
}

function info(version: string): string {
  const line = { server_id: 'ID', server_name: 'old', version, max_payload: 1_048_576, jetstream: true }
  return `INFO ${JSON.stringify(line)} \r\n`
}

const noMonitor = { NATS_MONITOR_URL: 'http://127.0.0.1:1' }

describe('an examination', () => {
  it('of no settings looks at the folder, says that it is safe, and leaves nothing', async () => {
    const folder = place()
    const examination = await examined({ FINEACERS_DATA: folder })
    expect(unwell(examination).filter((each) => each.startsWith('wrong'))).toEqual([])
    expect(examination.looked).toEqual([folder])
    expect(examination.durability).toEqual({
      journal: 'embedded SQLite, synchronous FULL',
      processDies: 'safe',
      machineDies: 'safe',
      diskDies: 'lost since the last backup',
    })
    expect(readdirSync(folder)).toEqual([])
  })

  it('of a NATS that is too old says so, and does not wait for it', async () => {
    const examination = await examined({ NATS_URL: `nats://${await saying(info('2.10.7'))}`, ...noMonitor })
    expect(unwell(examination)).toEqual(expect.arrayContaining(['wrong nats.version', 'advice nats.payload']))
    expect(examination.findings.find(({ check }) => check === 'nats.version')?.found).toBe('old is nats-server 2.10.7')
  })

  it.each(['HTTP/1.1 400 Bad Request\r\n\r\n', 'INFO {"server_id": 1}\r\n', 'INFO {\r\n'])(
    'of something else at its address, %j, says that it is no NATS',
    async (line) => {
      const examination = await examined({ NATS_URL: `nats://${await saying(line)}`, ...noMonitor })
      const found = examination.findings.find(({ check }) => check === 'nats.reachable')
      expect(found).toMatchObject({ level: 'wrong', found: expect.stringContaining('is no NATS server') })
    },
  )

  it('of servers that are all away finds each, and what goes on without it', async () => {
    const examination = await examined({
      NATS_URL: 'nats://house:natsWord@127.0.0.1:1',
      MONGODB_URL: 'mongodb://house:mongoWord@127.0.0.1:1/homes',
      REDIS_URL: 'redis://:redisWord@127.0.0.1:1',
      FINEACERS_PUBLIC_URL: 'http://127.0.0.1:1',
      FINEACERS_DATA: place(),
      ...noMonitor,
    })
    expect(unwell(examination)).toEqual([
      'wrong nats.reachable',
      'wrong mongo.reachable',
      'wrong redis.reachable',
      'wrong public.reachable',
    ])
    expect(JSON.stringify(examination)).not.toMatch(/(nats|mongo|redis)Word/)
    expect(examination.durability.machineDies).toMatch(/^with sync_interval: always safe, else: /)
  })
})
