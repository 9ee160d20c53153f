import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { findServer } from './find-server.ts'
import { isFreePort } from './free-ports.ts'
import { serverKinds } from './server-kinds.ts'
import { setup } from './test-servers.ts'

const house = fileURLToPath(new URL('../../', import.meta.url))
const variables = ['FINEACERS_TEST_NATS', 'FINEACERS_TEST_REDIS', 'FINEACERS_TEST_MONGODB'] as const
const allThere = serverKinds.every((kind) => findServer(kind) !== undefined)

const after: (() => unknown)[] = []
afterEach(async () => {
  for (const undo of after.splice(0).reverse()) await undo()
  vi.unstubAllEnvs()
})

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fineacers-nothing-'))
  after.push(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** The environment that the set-up finds and changes; every change is taken back. */
function stub(values: { readonly [name: string]: string }): void {
  for (const name of [...variables, 'FINEACERS_TEST_MISSING']) vi.stubEnv(name, '')
  for (const [name, value] of Object.entries(values)) vi.stubEnv(name, value)
}

describe('the set-up of a test run', () => {
  it.skipIf(!allThere)('starts one server of each kind, tells where, and ends them', async () => {
    stub({})
    const end = await setup()
    const urls = variables.map((name) => process.env[name] ?? '')
    expect(urls.map((url) => new URL(url).protocol)).toEqual(['nats:', 'redis:', 'mongodb:'])
    expect(process.env['FINEACERS_TEST_MISSING']).toBe('')
    await end()
    expect(await Promise.all(urls.map((url) => isFreePort(Number(new URL(url).port))))).toEqual([true, true, true])
  })

  it('leaves alone what names a server already, and says what is missing', async () => {
    const theirs = 'nats://nats.example:4222'
    stub({ FINEACERS_TEST_NATS: theirs, PATH: '', FINEACERS_SERVERS_CACHE: emptyFolder() })
    const end = await setup()
    expect(variables.map((name) => process.env[name])).toEqual([theirs, '', ''])
    const lines = (process.env['FINEACERS_TEST_MISSING'] ?? '').split('\n')
    expect(lines).toEqual([
      expect.stringContaining('Redis or Valkey is missing'),
      expect.stringContaining('MongoDB or FerretDB is missing'),
    ])
    await end()
  })
})

describe('a test run on a machine without servers', () => {
  it('skips their tests, and says in its last lines what is missing and how to get it', async () => {
    const { code, out } = await testRun({})
    expect(code).toBe(0)
    const last = out.slice(out.indexOf(' skipped. '))
    expect(last).toContain('deploy/services/servers.system.test.ts: three NATS servers > are one cluster')
    expect(last).toMatch(/^NATS is missing .* Install nats-server 2\.14\.4 or newer, or Go/m)
    expect(last).toContain('apt-get install redis-server')
    expect(last).toMatch(/^MongoDB or FerretDB is missing/m)
  })

  it('fails in CI', async () => {
    const { code, out } = await testRun({ CI: 'true' })
    expect(code).toBe(1)
    expect(out).toContain('In CI a skipped test is a failure.')
  })
})

/** Runs the tests of real servers where there are none. */
async function testRun(more: { readonly [name: string]: string }): Promise<{ code: number | null; out: string }> {
  const vitest = join(house, 'node_modules', 'vitest', 'vitest.mjs')
  const child = spawn(process.execPath, [vitest, 'run', '--project', 'system', 'deploy/services/servers.system'], {
    cwd: house,
    env: {
      PATH: dirname(process.execPath),
      HOME: tmpdir(),
      NO_COLOR: '1',
      FINEACERS_SERVERS_CACHE: emptyFolder(),
      ...more,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  after.push(() => child.kill('SIGKILL'))
  const said = { out: '' }
  child.stdout.on('data', (chunk: Buffer) => void (said.out += chunk.toString('utf8')))
  child.stderr.on('data', (chunk: Buffer) => void (said.out += chunk.toString('utf8')))
  const code = await new Promise<number | null>((resolve) => void child.once('close', resolve))
  return { code, out: said.out }
}
