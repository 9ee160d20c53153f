import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { freePorts } from '#deploy/services/free-ports.ts'

/** A whole FineAcers in a process of its own, as `npm start` runs it, on a data folder and a port. */
export interface ServerProcess {
  readonly url: string
  /** The admin's one-time code, when this start printed one. */
  readonly code?: string
  readonly child: ChildProcess
  /** From spawning to the line that says it is ready, milliseconds. */
  readonly startedInMs: number
  /** Everything it has printed so far, both streams. */
  printed(): string
  /** `kill -9`; resolves when the process is gone. */
  kill(): Promise<void>
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>
}

export interface ServerOptions {
  readonly dataFolder: string
  /** 0 for any free port. */
  readonly port?: number
  readonly environment?: { readonly [name: string]: string }
  /** `start` when absent. */
  readonly command?: 'start' | 'rehearse'
  readonly readyWithinMs?: number
  /** Told what a command prints, as it does. */
  onOutput?(text: string): void
}

/** How a command ended and what it printed. */
export interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

const main = fileURLToPath(new URL('../deploy/main.ts', import.meta.url))

/** Runs the command line to its end on a data folder. It is killed (code `null`) when it has not ended in time. */
export async function runCommand(words: readonly string[], options: ServerOptions): Promise<Ran> {
  const child = launch(words, options)
  const said = { out: '', err: '' }
  child.stdout?.on('data', (chunk: Buffer) => {
    said.out += chunk.toString('utf8')
    options.onOutput?.(chunk.toString('utf8'))
  })
  child.stderr?.on('data', (chunk: Buffer) => void (said.err += chunk.toString('utf8')))
  const timer = setTimeout(() => child.kill('SIGKILL'), options.readyWithinMs ?? 60_000)
  const code = await new Promise<number | null>((resolve) => void child.once('close', resolve))
  clearTimeout(timer)
  return { code, ...said }
}

/** Starts a server and waits until it says that it is ready. Rejects with everything it printed when it does not, leaving no process. */
export async function startServer(options: ServerOptions): Promise<ServerProcess> {
  const beganMs = performance.now()
  const child = launch([options.command ?? 'start'], options)
  const exited = new Promise<number | null>((resolve) => void child.once('exit', resolve))
  const said = { text: '' }
  child.stdout?.on('data', (chunk: Buffer) => void (said.text += chunk.toString('utf8')))
  child.stderr?.on('data', (chunk: Buffer) => void (said.text += chunk.toString('utf8')))
  await ready(child, () => said.text, options.readyWithinMs ?? 60_000)
  const code = /code:\s+([\w-]{6,})/.exec(said.text)?.[1]
  return {
    url: /(http:\/\/[\d.:[\]a-z]+\d)/.exec(said.text)?.[1] ?? '',
    ...(code === undefined ? {} : { code }),
    child,
    startedInMs: performance.now() - beganMs,
    printed: () => said.text,
    kill: async () => {
      child.kill('SIGKILL')
      await exited
    },
    stop: () => {
      child.kill('SIGTERM')
      return exited
    },
  }
}

/** Starts a server and kills it (`kill -9`) after a time, most likely before it is ready. Resolves when the process is gone. */
export async function startAndKill(options: ServerOptions, afterMs: number): Promise<void> {
  const child = launch(['start'], options)
  child.stdout?.resume()
  child.stderr?.resume()
  const timer = setTimeout(() => child.kill('SIGKILL'), afterMs)
  await new Promise<void>((resolve) => void child.once('exit', () => resolve()))
  clearTimeout(timer)
}

/** A port of this machine that was free a moment ago, for a server that has to come back on the same one. */
export async function freePort(): Promise<number> {
  const [port = 0] = await freePorts(1)
  return port
}

function launch(words: readonly string[], options: ServerOptions): ChildProcess {
  return spawn(process.execPath, [main, ...words], {
    env: {
      ...process.env,
      FINEACERS_DATA: options.dataFolder,
      PORT: String(options.port ?? 0),
      FINEACERS_BUILD: 'no',
      OPENAI_API_KEY: '',
      ...options.environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

function ready(child: ChildProcess, printed: () => string, withinMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`the server was not ready within ${withinMs} ms; it printed:\n${printed()}`))
    }, withinMs)
    const look = (): void => {
      if (!/Press Ctrl\+C to stop/.test(printed())) return
      clearTimeout(timer)
      child.stdout?.off('data', look)
      resolve()
    }
    child.stdout?.on('data', look)
    child.once('close', (status) => {
      clearTimeout(timer)
      reject(new Error(`the server ended with ${String(status)}; it printed:\n${printed()}`))
    })
  })
}
