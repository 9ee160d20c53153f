import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { importFromFile } from '#rag/import/file.ts'
import type { Json } from '#runtime/json.ts'
import type { Runtime } from '#runtime/runtime.ts'
import type { ImportJob } from './control.ts'

/** Carries out an import asked for by the command line beside a running server: keeps the file, imports it, tells its progress. */
export async function runImportJob(
  job: ImportJob,
  house: { readonly runtime: Runtime; readonly workspace: string; readonly folder: string },
): Promise<Json> {
  const safeName = job.fileName.replaceAll(/[^\w.-]/g, '_').slice(-80)
  const file = join(house.folder, `${Date.now()}-${safeName}`)
  await pipeline(job.body, createWriteStream(file))
  const done = await importFromFile({
    kind: job.kind,
    file,
    workspace: house.workspace,
    runtime: house.runtime,
    signal: new AbortController().signal,
    onProgress: (tally, rows) => job.report({ progress: { ...tally, of: rows } }),
  })
  const { rows, created, updated, unchanged, rejected, reasons, rejectsFile } = done
  return {
    rows,
    created,
    updated,
    unchanged,
    rejected,
    reasons: reasons.map((each) => ({ ...each })),
    ...(done.rejectsWritten ? { rejectsFile } : {}),
  }
}
