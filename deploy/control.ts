import { createHash } from 'node:crypto'
import { createReadStream, rmSync } from 'node:fs'
import { createServer, request, type ClientRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { createInterface } from 'node:readline'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { z } from 'zod'
import type { Json } from '#runtime/json.ts'

/**
 * The door for the command line beside a running server: HTTP on a socket file in the data folder, which only the owner of the folder
 * can open. One process owns the journal, so an import started in a shell is carried out by the server when there is one.
 * Requests: `POST /import?job=<JSON of ImportAsk>` with the file as the body, and `POST /rebuild`. Answer: one JSON object a line, the last with
 * `done: true`.
 */
export interface Control {
  /** Resolves once no job runs. */
  idle(): Promise<void>
  /** Stops what runs: its asker is told so. */
  close(): Promise<void>
}

const importAsk = z.object({
  kind: z.enum(['listings', 'leads']),
  fileName: z.string().min(1).max(255),
  /** The city of every row, where no column tells it. */
  city: z.string().optional(),
  /** Field by column header, over what is recognised. */
  fields: z.record(z.string(), z.string()).optional(),
})

/** What is to be imported, and how. */
export type ImportAsk = z.infer<typeof importAsk>

export interface ImportJob extends ImportAsk {
  readonly body: Readable
  /** Aborted when the asker has gone or the server stops. */
  readonly signal: AbortSignal
  readonly report: (line: Json) => void
}

/** Read models wanted anew. */
export type RebuildJob = Pick<ImportJob, 'signal' | 'report'>

/** Who does what is asked for at the door. */
export interface Doorkeepers {
  import(job: ImportJob): Promise<Json>
  rebuild(job: RebuildJob): Promise<Json>
}

/** Where the socket of a data folder is: in it, or, where the path is too long for a socket's (104 bytes), in the system's folder for such. */
export function controlSocketOf(folder: string): string {
  const name = `fineacers-${createHash('sha256').update(folder).digest('hex').slice(0, 24)}`
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`
  const inside = join(folder, 'control.sock')
  return Buffer.byteLength(inside) < 104 ? inside : join(tmpdir(), `${name}.sock`)
}

/** Listens on the socket file, replacing one left by a process that died. Only call it while holding the data folder. */
export async function openControl(file: string, keepers: Doorkeepers): Promise<Control> {
  if (process.platform !== 'win32') rmSync(file, { force: true })
  const stopping = new AbortController()
  const jobs = new Set<Promise<void>>()
  const server = createServer((incoming, answer) => {
    const job = serve(incoming, answer, { keepers, stopping: stopping.signal }).finally(() => jobs.delete(job))
    jobs.add(job)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ path: file, readableAll: false, writableAll: false }, resolve)
  })
  const idle = async (): Promise<void> => {
    while (jobs.size > 0) await Promise.all(jobs)
  }
  return {
    idle,
    close: async () => {
      const closed = new Promise<void>((resolve) => void server.close(() => resolve()))
      stopping.abort(new Error('The server stops. What is done stays: run the same command again and it goes on.'))
      await idle()
      server.closeAllConnections()
      await closed
    },
  }
}

async function serve(
  incoming: IncomingMessage,
  answer: ServerResponse,
  to: { readonly keepers: Doorkeepers; readonly stopping: AbortSignal },
): Promise<void> {
  const gone = new AbortController()
  answer.once('close', () => gone.abort(new Error('whoever asked has gone')))
  const report = (line: Json): void => void answer.write(`${JSON.stringify(line)}\n`)
  const job = jobOf(incoming, { report, signal: AbortSignal.any([gone.signal, to.stopping]) }, to.keepers)
  if (job === undefined) {
    answer.writeHead(404).end()
    return
  }
  try {
    report({ done: true, result: await job() })
  } catch (error) {
    report({ done: true, problem: error instanceof Error ? error.message : String(error) })
  }
  await new Promise<void>((resolve) => void answer.end(resolve))
}

function jobOf(incoming: IncomingMessage, asking: RebuildJob, keepers: Doorkeepers): (() => Promise<Json>) | undefined {
  const url = new URL(incoming.url ?? '/', 'http://control')
  if (incoming.method !== 'POST') return undefined
  if (url.pathname === '/rebuild') return () => keepers.rebuild(asking)
  const ask = importAsk.safeParse(jsonOf(url.searchParams.get('job') ?? ''))
  if (url.pathname !== '/import' || !ask.success) return undefined
  return () => keepers.import({ ...ask.data, ...asking, body: incoming })
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Hands a file to the server that owns the data folder; `onLine` gets each line it answers. Rejects when no server listens. */
export async function askControl(
  socketFile: string,
  job: ImportAsk & { readonly file: string },
  onLine: (line: unknown) => void,
): Promise<void> {
  const { file, ...ask } = job
  const path = `/import?job=${encodeURIComponent(JSON.stringify(ask))}`
  await asked(socketFile, path, {
    send: (to) =>
      createReadStream(file)
        .once('error', (error) => to.destroy(error))
        .pipe(to),
    onLine,
  })
}

/** Asks the server that owns the data folder for read models anew. Rejects when no server listens. */
export async function askRebuild(socketFile: string, onLine: (line: unknown) => void): Promise<void> {
  await asked(socketFile, '/rebuild', { send: (to) => to.end(), onLine })
}

async function asked(
  socketPath: string,
  path: string,
  { send, onLine }: { readonly send: (to: ClientRequest) => unknown; readonly onLine: (line: unknown) => void },
): Promise<void> {
  const answer = await new Promise<Readable>((resolve, reject) => {
    const outgoing = request({ socketPath, method: 'POST', path }, resolve)
    outgoing.once('error', reject)
    send(outgoing)
  })
  for await (const line of createInterface({ input: answer })) onLine(JSON.parse(line))
}
