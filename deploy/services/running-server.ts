import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, existsSync, fstatSync, mkdirSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** How a server is started, every time in the same way. */
export interface ServerLaunch {
  /** For messages and the log file, e.g. `nats-2`. */
  readonly name: string
  readonly url: string
  readonly program: string
  readonly args: readonly string[]
  /** Its working directory; made when it is not there. What it prints is appended to `NAME.log` in it. */
  readonly folder: string
  readonly port: number
  /** Variables beside those of this process. */
  readonly environment?: { readonly [name: string]: string }
  /** Whether it serves now; asked again and again until it does. */
  readonly ready: () => Promise<boolean>
  /** How long that may take. 30,000 when absent. */
  readonly readyWithinMs?: number
  /** How long it has to end after SIGTERM. 10,000 when absent. */
  readonly stopWithinMs?: number
}

/** What can be done to a server, or to several as one. */
export interface ServerHandle {
  /** For a client: several addresses have commas between them. */
  readonly url: string
  readonly urls: readonly string[]
  /** SIGTERM, and SIGKILL when it has not ended in time. Nothing happens to one that is not running. */
  stop(): Promise<void>
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>
  /** SIGSTOP: it keeps its connections and does nothing, until `resume`. Resolves when it has stopped. */
  pause(): Promise<void>
  resume(): void
  /** Starts it again on the same port and folder, stopping it before where it still runs. Resolves when it serves. */
  restart(): Promise<void>
}

const defaultReadyMs = 30_000
const defaultStopMs = 10_000
const askEveryMs = 15
const linesShown = 12

/** A server's process ended before it served. `portTaken`: because another program has its port. */
export class ServerFailed extends Error {
  readonly portTaken: boolean

  constructor(name: string, log: string, cause?: unknown) {
    super(`${name} did not start:\n${log}`, { cause })
    this.name = 'ServerFailed'
    this.portTaken = /address already in use|in use by another|EADDRINUSE/i.test(log)
  }
}

/**
 * One server in a process of its own.
 *
 * Owns: the process, and a guard beside it. Called by whoever started it.
 * 1. At most one process runs at a time, always with the same arguments, port and folder.
 * 2. When this process ends, however it ends, the guard kills the server: nothing is left behind.
 * 3. Server and guard have process groups of their own, so Ctrl+C reaches only this process, which stops them in order.
 */
export class RunningServer implements ServerHandle {
  readonly #launch: ServerLaunch
  #process: ServerProcess | undefined

  private constructor(launch: ServerLaunch) {
    this.#launch = launch
  }

  /** Starts it and waits until it serves. Rejects with `ServerFailed`, leaving no process. */
  static async start(launch: ServerLaunch): Promise<RunningServer> {
    const server = new RunningServer(launch)
    await server.restart()
    return server
  }

  get name(): string {
    return this.#launch.name
  }

  get url(): string {
    return this.#launch.url
  }

  get urls(): readonly string[] {
    return [this.#launch.url]
  }

  get port(): number {
    return this.#launch.port
  }

  get folder(): string {
    return this.#launch.folder
  }

  /** Of the present process, or of the last one. */
  get pid(): number {
    return this.#process?.pid ?? 0
  }

  get running(): boolean {
    return this.#process !== undefined && !this.#process.gone
  }

  /** How the last process ended by itself or by SIGTERM; `null` while it runs, and when a signal has ended it. */
  get exitCode(): number | null {
    return this.#process?.exitCode ?? null
  }

  /** Resolves when the present process is gone, for whatever reason. */
  async ended(): Promise<void> {
    await this.#process?.exited
  }

  /** The last lines it has printed since it was last started. */
  printed(): string {
    return lastLines(logOf(this.#launch), this.#process?.logFrom ?? 0)
  }

  async restart(): Promise<void> {
    await this.stop()
    // S1: the one before is gone.
    const started = await spawnServer(this.#launch)
    this.#process = started
    if (await serves(started, this.#launch)) return
    await this.kill()
    throw new ServerFailed(this.name, this.printed())
  }

  async stop(): Promise<void> {
    const running = this.#process
    if (running === undefined || running.gone) return
    running.signal('SIGCONT')
    running.signal('SIGTERM')
    const timer = setTimeout(() => running.signal('SIGKILL'), this.#launch.stopWithinMs ?? defaultStopMs)
    await running.exited
    clearTimeout(timer)
  }

  async kill(): Promise<void> {
    this.#process?.signal('SIGKILL')
    await this.#process?.exited
  }

  async pause(): Promise<void> {
    const running = this.#process
    if (running === undefined) return
    running.signal('SIGSTOP')
    while (!running.gone && !isStopped(running.pid)) await sleep(1)
  }

  resume(): void {
    this.#process?.signal('SIGCONT')
  }
}

interface ServerProcess {
  readonly pid: number
  readonly gone: boolean
  readonly exitCode: number | null
  readonly exited: Promise<void>
  /** Where in the log file its lines begin, bytes. */
  readonly logFrom: number
  signal(name: NodeJS.Signals): void
}

async function spawnServer(launch: ServerLaunch): Promise<ServerProcess> {
  mkdirSync(launch.folder, { recursive: true })
  const log = openSync(logOf(launch), 'a')
  const logFrom = fstatSync(log).size
  const child = spawn(launch.program, launch.args, {
    cwd: launch.folder,
    stdio: ['ignore', log, log],
    detached: true,
    env: { ...process.env, ...launch.environment },
  })
  closeSync(log)
  const exited = new Promise<void>((resolve) => void child.once('exit', () => resolve()))
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', (error) => reject(new ServerFailed(launch.name, `${launch.program}: ${error.message}`, error)))
  })
  const pid = child.pid ?? 0
  const guard = guardOver(pid)
  void exited.then(() => guard.kill('SIGKILL'))
  return {
    pid,
    get gone() {
      return child.exitCode !== null || child.signalCode !== null
    },
    get exitCode() {
      return child.exitCode
    },
    exited,
    logFrom,
    signal: (name) => void child.kill(name),
  }
}

/** S2: waits for the end of its input, which comes with the end of this process, and kills the server then. */
function guardOver(pid: number): ChildProcess {
  const guard = spawn('/bin/sh', ['-c', 'read -r _; kill -KILL "$1"', 'guard', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  guard.unref()
  return guard
}

/** Whether no thread of a process runs; `true` where the system does not tell. */
function isStopped(pid: number): boolean {
  try {
    const threads = readdirSync(`/proc/${pid}/task`)
    return threads.every((thread) => /\) T/.test(readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8')))
  } catch {
    return !existsSync(`/proc/${pid}/task`)
  }
}

async function serves(started: ServerProcess, launch: ServerLaunch): Promise<boolean> {
  const untilMs = performance.now() + (launch.readyWithinMs ?? defaultReadyMs)
  while (!started.gone && performance.now() < untilMs) {
    if (await launch.ready()) return !started.gone
    await sleep(askEveryMs)
  }
  return false
}

function logOf(launch: ServerLaunch): string {
  return join(launch.folder, `${launch.name}.log`)
}

function lastLines(file: string, from: number): string {
  try {
    return readFileSync(file).subarray(from).toString('utf8').trimEnd().split('\n').slice(-linesShown).join('\n')
  } catch {
    return ''
  }
}
