import { createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { importFromFile } from '#rag/import/file.ts'
import type { Json } from '#runtime/json.ts'
import type { Runtime } from '#runtime/runtime.ts'
import type { ImportJob } from './control.ts'

/**
 * Carries out an import asked for by the command line: keeps the file while it takes, imports it, tells its progress. Rejected rows stay in
 * the folder of imports, from where the command line fetches them.
 */
export async function runImportJob(
  job: ImportJob,
  house: { readonly runtime: Runtime; readonly workspace: string; readonly folder: string; readonly id: string },
): Promise<Json> {
  const folder = join(house.folder, house.id)
  const kept = `${folder}.rejects.csv`
  // The name is kept: it tells the city of the rows, and the messages name it.
  const file = join(folder, job.fileName.replaceAll(/[^\p{L}\p{N}_. -]/gu, '_').slice(-80))
  await mkdir(folder, { recursive: true })
  try {
    await pipeline(job.body, createWriteStream(file), { signal: job.signal })
    const done = await importFromFile({
      kind: job.kind,
      file,
      workspace: house.workspace,
      runtime: house.runtime,
      signal: job.signal,
      rejectsFile: kept,
      ...(job.fields === undefined ? {} : { fields: job.fields }),
      ...(job.city === undefined ? {} : { listingDefaults: { city: job.city } }),
      onProgress: (tally, rows) => job.report({ progress: { ...tally, of: rows } }),
    })
    const { rows, created, updated, unchanged, rejected, reasons } = done
    return {
      rows,
      created,
      updated,
      unchanged,
      rejected,
      reasons: reasons.map((each) => ({ ...each })),
      ...(done.rejectsWritten ? { rejectsFile: kept } : {}),
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
