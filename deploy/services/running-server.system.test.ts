import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { freePorts } from './free-ports.ts'
import { firstAnswer } from './one-server.ts'
import { RunningServer, ServerFailed } from './running-server.ts'
import { pongLaunch } from './testing/pong-server.ts'

const after: (() => unknown)[] = []
afterEach(async () => {
  for (const undo of after.splice(0).reverse()) await undo()
})

async function place(): Promise<{ readonly port: number; readonly folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'fineacers-running-'))
  after.push(() => rmSync(folder, { recursive: true, force: true }))
  const [port = 0] = await freePorts(1)
  return { port, folder }
}

async function started(): Promise<RunningServer> {
  const { port, folder } = await place()
  const server = await RunningServer.start(pongLaunch(port, folder))
  after.push(() => server.kill())
  return server
}

const answers = async (port: number): Promise<boolean> => (await firstAnswer(port, 'ping')) !== undefined

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    // One that has ended and was not yet collected still has its number.
    return !existsSync('/proc') || !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

describe('a running server', () => {
  it('serves once it is started, stops, and starts again on its port with another process', async () => {
    const server = await started()
    const first = server.pid
    expect(await answers(server.port)).toBe(true)
    expect(server.printed()).toBe(`listening on ${server.port}`)
    await server.stop()
    expect([server.running, alive(first), await answers(server.port)]).toEqual([false, false, false])
    await server.restart()
    expect(await answers(server.port)).toBe(true)
    expect(server.pid).not.toBe(first)
    const second = server.pid
    await server.restart()
    expect([alive(second), alive(server.pid)]).toEqual([false, true])
  })

  it('is killed, and tells whoever waits for its end', async () => {
    const server = await started()
    const ended = server.ended()
    await server.kill()
    await ended
    expect([server.running, alive(server.pid)]).toEqual([false, false])
  })

  it('does nothing while it is paused, and answers what came meanwhile when it is resumed', async () => {
    const server = await started()
    await server.pause()
    expect(await answers(server.port)).toBe(false)
    server.resume()
    await expect.poll(() => answers(server.port)).toBe(true)
  })

  it('can be stopped while it is paused', async () => {
    const server = await started()
    await server.pause()
    await server.stop()
    expect(alive(server.pid)).toBe(false)
  })

  it('that does not start says what it printed, and whether its port was taken', async () => {
    const { port, folder } = await place()
    const other = createServer().listen(port, '127.0.0.1')
    await once(other, 'listening')
    after.push(() => other.close())
    const launch = { ...pongLaunch(port, folder), ready: () => Promise.resolve(false) }
    const failed = await RunningServer.start(launch).catch((error: unknown) => error)
    expect(failed).toBeInstanceOf(ServerFailed)
    expect(failed).toMatchObject({ portTaken: true, message: expect.stringContaining('EADDRINUSE') })
    const none = RunningServer.start({ ...launch, program: join(folder, 'nothing') })
    await expect(none).rejects.toMatchObject({ portTaken: false, message: expect.stringContaining('ENOENT') })
  })
})

describe('a server whose owner ends', () => {
  it.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)(
    'by %s is not left behind, even while it is paused',
    async (signal) => {
      const { port, folder } = await place()
      const file = fileURLToPath(new URL('./testing/owner-process.ts', import.meta.url))
      const owner = spawn(process.execPath, [file, String(port), folder], { stdio: ['ignore', 'pipe', 'inherit'] })
      after.push(() => owner.kill('SIGKILL'))
      const [line]: unknown[] = await once(owner.stdout, 'data')
      const pid = Number(String(line))
      expect(await answers(port)).toBe(true)
      if (signal === 'SIGKILL') process.kill(pid, 'SIGSTOP')
      owner.kill(signal)
      await expect.poll(() => alive(pid), { timeout: 10_000 }).toBe(false)
    },
  )
})
