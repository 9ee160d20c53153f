import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** A whole FineAcers in a process of its own, as `npm start` runs it, on a data folder and a port. */
export interface ServerProcess {
  readonly url: string
  /** The admin's one-time code, when this start printed one. */
  readonly code?: string
  readonly child: ChildProcess
  /** From spawning to the line that says it is ready, milliseconds. */
  readonly startedInMs: number
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
  readonly readyWithinMs?: number
}

const main = fileURLToPath(new URL('../deploy/main.ts', import.meta.url))

/** Starts a server and waits until it says that it is ready. Rejects with everything it printed when it does not. */
export async function startServer(options: ServerOptions): Promise<ServerProcess> {
  const beganMs = performance.now()
  const child = spawn(process.execPath, [main, 'start'], {
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
  const printed = await ready(child, options.readyWithinMs ?? 60_000)
  const exited = new Promise<number | null>((resolve) => void child.once('exit', resolve))
  const code = /code:?\s+([A-Z0-9-]{6,})/.exec(printed)?.[1]
  return {
    url: /(http:\/\/[\d.:[\]a-z]+\d)/.exec(printed)?.[1] ?? '',
    ...(code === undefined ? {} : { code }),
    child,
    startedInMs: performance.now() - beganMs,
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

function ready(child: ChildProcess, withinMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = ''
    const fail = (why: string): void => reject(new Error(`${why}; it printed:\n${printed}`))
    const timer = setTimeout(() => fail(`the server was not ready within ${withinMs} ms`), withinMs)
    const take = (chunk: Buffer): void => {
      printed += chunk.toString('utf8')
      if (!/Press Ctrl\+C to stop/.test(printed)) return
      clearTimeout(timer)
      resolve(printed)
    }
    child.stdout?.on('data', take)
    child.stderr?.on('data', (chunk: Buffer) => void (printed += chunk.toString('utf8')))
    child.once('exit', (status) => {
      clearTimeout(timer)
      fail(`the server ended with ${String(status)}`)
    })
  })
}
