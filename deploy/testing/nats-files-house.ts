/** Three nats-servers on the very files that are shipped, with the two workspaces of the example, on loopback ports. */
import { spawn, type ChildProcess } from 'node:child_process'
import { globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { freePorts } from '../services/free-ports.ts'
import { root, textOf } from './deploy-folder.ts'

export interface NatsFilesHouse {
  /** `host:port` of each server for clients. */
  readonly servers: readonly string[]
  stop(): Promise<void>
}

/** What an operator would put into the environment. */
export const passwords = {
  NATS_FINEACERS_PASSWORD: 'pOurs1',
  NATS_SYSTEM_PASSWORD: 'pSystem2',
  NATS_ROUTE_PASSWORD: 'pRoute3',
  NATS_ACME_PASSWORD: 'pAcme4',
  NATS_GLOBEX_PASSWORD: 'pGlobex5',
  NATS_ACME_FORMS_PASSWORD: 'pForms6',
} as const

/** Starts the three and waits until each says that it is well. Rejects with what they printed when they don't get there. */
export async function startNatsFilesHouse(program: string): Promise<NatsFilesHouse> {
  const folder = mkdtempSync(join(tmpdir(), 'fineacers-nats-'))
  const ports = await freePorts(9)
  const [clients, monitors, routes] = [ports.slice(0, 3), ports.slice(3, 6), ports.slice(6, 9)]
  const urls = routes.map((port) => `"nats://route:${passwords.NATS_ROUTE_PASSWORD}@127.0.0.1:${port}"`)
  const said: string[] = []
  const children = clients.map((client, index) => {
    const name = `nats-${index}`
    const own = join(folder, name)
    layOut(own, { client, monitor: monitors[index] ?? 0, route: routes[index] ?? 0 })
    const child = spawn(program, ['--config', join(own, 'cluster.conf')], {
      env: { ...process.env, ...passwords, NATS_SERVER_NAME: name, NATS_ROUTES: `[${urls.join(', ')}]` },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => said.push(chunk.toString()))
    return child
  })
  const stop = async (): Promise<void> => {
    await Promise.all(children.map(killed))
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    for (const port of monitors) await well(`http://127.0.0.1:${port}/healthz`)
  } catch (error) {
    await stop()
    throw new Error(`the servers did not start:\n${said.join('')}`, { cause: error })
  }
  return { servers: clients.map((port) => `127.0.0.1:${port}`), stop }
}

/** The shipped files, with the example's workspaces, and ports and folder put to where they are here; nothing else is changed. */
function layOut(
  folder: string,
  { client, monitor, route }: { readonly client: number; readonly monitor: number; readonly route: number },
): void {
  mkdirSync(join(folder, 'data'), { recursive: true })
  const moves: readonly (readonly [string, string])[] = [
    ['listen: 0.0.0.0:4222', `listen: 127.0.0.1:${client}`],
    ['http: 0.0.0.0:8222', `http: 127.0.0.1:${monitor}`],
    ['listen: 0.0.0.0:6222', `listen: 127.0.0.1:${route}`],
    ['store_dir: /data', `store_dir: ${join(folder, 'data')}`],
  ]
  for (const file of globSync('*.conf', { cwd: join(root, 'deploy/nats') })) {
    const source = file === 'workspaces.conf' ? 'workspaces.conf.example' : file
    const text = moves.reduce((sum, [from, to]) => sum.replace(from, to), textOf(`deploy/nats/${source}`))
    writeFileSync(join(folder, file), text)
  }
}

async function well(url: string): Promise<void> {
  const deadlineMs = Date.now() + 30_000
  while ((await fetch(url).catch(() => undefined))?.status !== 200) {
    if (Date.now() > deadlineMs) throw new Error(`${url} is not well`)
    await setTimeout(50)
  }
}

function killed(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve()
    child.once('exit', () => resolve())
    child.kill('SIGKILL')
  })
}
