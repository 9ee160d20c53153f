import { createReadStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Runtime } from '#runtime/runtime.ts'
import type { ImportKind } from './fields.ts'
import type { ListingDefaults } from './listing-row.ts'
import { cityOfFileName, missingFields, previewImport, type ImportPreview } from './preview.ts'
import type { ImportColumn } from './recognise.ts'
import { runImport, type ImportOutcome, type ImportTally } from './run.ts'

export interface FileImport {
  readonly kind: ImportKind
  readonly file: string
  readonly workspace: string
  readonly runtime: Pick<Runtime, 'submit'>
  readonly signal: AbortSignal
  /** Where rejected rows go; beside the file, as `NAME.rejects.csv`, when absent. */
  readonly rejectsFile?: string
  /** Overrides what was recognised: field by header. */
  readonly fields?: { readonly [header: string]: string }
  readonly listingDefaults?: ListingDefaults
  onPreview?(preview: ImportPreview): void
  onProgress?(tally: ImportTally, rows: number): void
}

export interface FileImported extends ImportOutcome {
  readonly columns: readonly ImportColumn[]
  readonly rejectsFile: string
}

/**
 * Imports a file from disk as the command line does: recognises its columns, then runs. Throws an `Error` that names what the mapping
 * lacks before any row is touched, and the system's error when the file can't be read.
 */
export async function importFromFile(ask: FileImport): Promise<FileImported> {
  const fileName = basename(ask.file)
  const preview = await previewImport({ kind: ask.kind, source: createReadStream(ask.file), signal: ask.signal })
  ask.onPreview?.(preview)
  const columns = preview.columns.map((column) => {
    const field = ask.fields?.[column.header]
    return field === undefined ? column : { ...column, field, confidence: 1 }
  })
  const city = ask.listingDefaults?.city ?? cityOfFileName(fileName)
  const missing = missingFields(ask.kind, columns).filter((field) => !(field === 'city' && city !== undefined))
  if (columns.length === 0) throw new Error(`${fileName} is empty: there is no header to read`)
  if (missing.length > 0)
    throw new Error(
      `${fileName}: no column was recognised as ${missing.join(' and ')}; name it (or the city of the whole file) and try again`,
    )
  const rejectsFile = ask.rejectsFile ?? ask.file.replace(/(?:\.[^./]+)?$/, '.rejects.csv')
  // Rejects of an earlier run would be taken for this one's.
  await rm(rejectsFile, { force: true })
  const outcome = await runImport({
    kind: ask.kind,
    source: createReadStream(ask.file),
    columns,
    workspace: ask.workspace,
    runtime: ask.runtime,
    sourceName: fileName,
    rejectsFile,
    signal: ask.signal,
    listingDefaults: { ...ask.listingDefaults, ...(city === undefined ? {} : { city }) },
    onProgress: (tally) => ask.onProgress?.(tally, preview.rows),
  })
  return { ...outcome, columns, rejectsFile }
}
