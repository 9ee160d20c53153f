import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** A process of one role, as `node deploy/main.ts gateway` runs it. */
export interface RoleUnderTest {
  readonly url: string
  /** The admin's one-time code, when this start printed one. */
  readonly code: string | undefined
  /** Everything it has printed so far, both streams. */
  printed(): string
  /** What `/health/ready` says, with its HTTP status. */
  readiness(): Promise<{ readonly httpStatus: number; readonly [field: string]: unknown }>
  /** SIGTERM; resolves with the exit code and how long it took, milliseconds. */
  stop(): Promise<{ readonly code: number | null; readonly tookMs: number }>
  /** `kill -9`; resolves when the process is gone. */
  kill(): Promise<void>
}

const main = fileURLToPath(new URL('../main.ts', import.meta.url))
const readyWithinMs = 90_000

/** Starts a process of a role on a free port and waits until it is ready. Rejects with everything it printed when it ends before, leaving no process. */
export async function startRole(
  role: 'start' | 'runtime' | 'gateway' | 'projector',
  environment: { readonly [name: string]: string },
): Promise<RoleUnderTest> {
  const child = spawn(process.execPath, [main, role], {
    env: { ...process.env, PORT: '0', FINEACERS_BUILD: 'no', OPENAI_API_KEY: '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = { text: '' }
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => void (said.text += chunk.toString('utf8')))
  const exited = new Promise<number | null>((resolve) => void child.once('exit', resolve))
  const ready = role === 'start' ? /Press Ctrl\+C/ : /is ready at/
  await new Promise<void>((resolve, reject) => {
    const fail = (why: string): void => {
      clearTimeout(timer)
      child.kill('SIGKILL')
      reject(new Error(`the ${role} ${why}; it printed:\n${said.text}`))
    }
    const timer = setTimeout(() => fail('was not ready in time'), readyWithinMs)
    child.stdout.on('data', () => {
      if (!ready.test(said.text)) return
      clearTimeout(timer)
      resolve()
    })
    void exited.then((code) => fail(`ended with ${String(code)}`))
  })
  const url = /(http:\/\/[\d.]+:\d+)/.exec(said.text)?.[1] ?? ''
  return {
    url,
    code: /code:\s+([\w-]{6,})/.exec(said.text)?.[1],
    printed: () => said.text,
    async readiness() {
      const answer = await fetch(`${url}/health/ready`)
      return { httpStatus: answer.status, ...((await answer.json()) as object) }
    },
    async stop() {
      const beganMs = performance.now()
      child.kill('SIGTERM')
      return { code: await exited, tookMs: performance.now() - beganMs }
    },
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
  }
}
