import { createReadStream, rmSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { Json } from '#runtime/json.ts'

/**
 * The door for the command line beside a running server: HTTP on a socket file in the data folder, which only the owner of the folder
 * can open. One process owns the journal, so an import started in a shell is carried out by the server when there is one.
 * Request: `POST /import/<kind>/<file name>` with the file as the body. Answer: one JSON object a line, the last with `done: true`.
 */
export interface Control {
  close(): Promise<void>
}

export interface ImportJob {
  readonly kind: 'listings' | 'leads'
  readonly fileName: string
  readonly body: Readable
  readonly report: (line: Json) => void
}

/** Listens on the socket file, replacing one left by a process that died. Only call it while holding the data folder. */
export async function openControl(file: string, run: (job: ImportJob) => Promise<Json>): Promise<Control> {
  rmSync(file, { force: true })
  const server = createServer((incoming, answer) => {
    const [, verb, kind, name] = (incoming.url ?? '').split('/')
    if (incoming.method !== 'POST' || verb !== 'import' || (kind !== 'listings' && kind !== 'leads')) {
      answer.writeHead(404).end()
      return
    }
    const report = (line: Json): void => void answer.write(`${JSON.stringify(line)}\n`)
    run({ kind, fileName: decodeURIComponent(name ?? 'import.csv'), body: incoming, report })
      .then((result) => report({ done: true, result }))
      .catch((error: unknown) =>
        report({ done: true, problem: error instanceof Error ? error.message : String(error) }),
      )
      .finally(() => void answer.end())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ path: file, readableAll: false, writableAll: false }, resolve)
  })
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Hands a file to the server that owns the data folder; `onLine` gets each line it answers. Rejects when no server listens. */
export async function askControl(
  socketFile: string,
  job: { readonly kind: string; readonly file: string; readonly fileName: string },
  onLine: (line: unknown) => void,
): Promise<void> {
  const answer = await new Promise<Readable>((resolve, reject) => {
    const outgoing = request(
      { socketPath: socketFile, method: 'POST', path: `/import/${job.kind}/${encodeURIComponent(job.fileName)}` },
      resolve,
    )
    outgoing.once('error', reject)
    createReadStream(job.file).once('error', reject).pipe(outgoing)
  })
  for await (const line of createInterface({ input: answer })) onLine(JSON.parse(line))
}
