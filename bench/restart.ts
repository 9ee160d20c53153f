import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { milliseconds, type Figure } from './measure.ts'
import { startServer } from './server-process.ts'
import { connectVisitor } from './visitor.ts'

/** `kill -9` with 100,000 actors in the store, then from starting the process to the first reply on a widget. */
export async function measureRestart(folder: (name: string) => string): Promise<readonly Figure[]> {
  const dataFolder = folder('restart')
  const first = await startServer({ dataFolder })
  await first.stop()
  await fillAndDie(dataFolder)
  const beganMs = performance.now()
  const server = await startServer({ dataFolder })
  const visitor = await connectVisitor(server.url, 'demo')
  await visitor.command({ type: 'message.send', clientId: 'first', text: '3 bhk in whitefield under 1.2 crore' })
  await visitor.until(() => visitor.messages.some((message) => message.author.kind === 'assistant'), 30_000)
  const tookMs = performance.now() - beganMs
  visitor.close()
  await server.stop()
  return [
    {
      what: 'First reply after `kill -9` with 100,000 actors in the store',
      value: milliseconds(tookMs),
      bar: '< 2 s after start',
      holds: tookMs < 2000,
    },
  ]
}

/** Another process writes 100,000 conversations into the folder and kills itself while it still writes. */
function fillAndDie(dataFolder: string): Promise<void> {
  const script = fileURLToPath(new URL('fill.ts', import.meta.url))
  const child = spawn(process.execPath, [script, dataFolder], { stdio: 'inherit' })
  return new Promise((resolve, reject) => {
    child.once('exit', (status, signal) =>
      signal === 'SIGKILL' ? resolve() : reject(new Error(`filling ended with ${String(status)}`)),
    )
  })
}
