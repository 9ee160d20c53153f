import { createReadStream, createWriteStream } from 'node:fs'
import { access, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { cityOfFileName, missingFields, previewImport } from '#rag/import/preview.ts'
import { runImport } from '#rag/import/run.ts'
import type { ImportTally } from '#rag/import/run.ts'
import { GatewayError } from './errors.ts'
import type { House } from './house.ts'
import type { ImportColumn, ImportView } from './protocol.ts'
import { fromJson, maybe, toJson } from './read-models/shape.ts'
import { unlessAway } from './when-away.ts'

/** What a person decided after the preview. */
export interface ImportStart {
  readonly id: string
  /** Field by column; a column without one is kept as an extra. The preview's mapping when absent. */
  readonly columns?: readonly { readonly index: number; readonly field?: string | undefined }[]
  /** The city of every row, where no column tells it. */
  readonly city?: string
}

/**
 * Uploads of listings and leads: looked at, mapped, then run in the background by the gateway that has the file. Views in records (`imports`), files in a
 * folder, and how far a run is in the ephemeral store, so that every gateway tells it.
 */
export interface Imports {
  preview(upload: {
    readonly workspace: string
    readonly kind: 'listings' | 'leads'
    readonly fileName: string
    readonly content: Readable
  }): Promise<ImportView>
  start(workspace: string, start: ImportStart): Promise<ImportView>
  get(workspace: string, id: string): Promise<ImportView>
  list(workspace: string): Promise<readonly ImportView[]>
  /** Rejected rows as CSV; absent when none was rejected. */
  rejects(workspace: string, id: string): Promise<Readable | undefined>
  /** Stops what runs: what is in stays, and the file can be run again. */
  stop(): Promise<void>
}

const idShape = /^[A-Za-z0-9_-]{1,128}$/

/** Makes the imports of a gateway. */
export function createImports(house: House): Imports {
  return new BackgroundImports(house)
}

interface Running {
  view: ImportView
  done: Promise<void>
  readonly stop: AbortController
}

/** A run is told this often, and counts as running this long after it was last told. */
const progress = { everyMs: 1000, heldMs: 15_000 } as const

/** A workspace's runs that are listed at most. */
const runsMax = 100

const noCounts = { done: 0, created: 0, updated: 0, unchanged: 0, rejected: 0 } as const

/**
 * Owns the imports that run here. 1. One at a time in a workspace, on whichever gateway, as far as that can be known: two would do no harm. 2. A run
 * nobody tells of any more has ended with its gateway; while that can't be known it is taken to run.
 */
class BackgroundImports implements Imports {
  readonly #house: House
  readonly #running = new Map<string, Running>()

  constructor(house: House) {
    this.#house = house
  }

  async preview(upload: Parameters<Imports['preview']>[0]): Promise<ImportView> {
    const { workspace, kind, fileName, content } = upload
    const { config, ids } = this.#house
    const id = ids.next('import')
    await mkdir(config.importFolder, { recursive: true })
    await pipeline(content, createWriteStream(this.#file(id)))
    const source = createReadStream(this.#file(id))
    const signal = AbortSignal.timeout(previewTimeoutMs)
    const { columns, sample, rows, missing, choices } = await previewImport({ kind, source, signal }).catch(unreadable)
    const seen = { columns, sample, rows, missing, choices, ...noCounts }
    const view: ImportView = { id, kind, fileName, status: 'preview', ...seen }
    await this.#keep(workspace, view)
    return view
  }

  async start(workspace: string, { id, columns, city }: ImportStart): Promise<ImportView> {
    const before = await this.get(workspace, id)
    if (before.status === 'running') return before
    await this.#assertHere(id)
    const mapped = mapping(before.columns, columns)
    const known = city ?? cityOfFileName(before.fileName)
    const missing = missingFields(before.kind, mapped).filter((field) => !(field === 'city' && known !== undefined))
    if (missing.length > 0) {
      throw new GatewayError('invalid', `No column was chosen for ${missing.join(' and ')}.`, { details: missing })
    }
    const { problem: _, ...rest } = before
    const view: ImportView = { ...rest, columns: mapped, status: 'running', ...noCounts }
    if (await this.#anyRuns(workspace)) {
      throw new GatewayError('conflict', 'Another import is running: wait until it is done.')
    }
    await this.#begin(workspace, view, known)
    return view
  }

  async get(workspace: string, id: string): Promise<ImportView> {
    const live = this.#running.get(`${workspace}/${id}`)
    if (live !== undefined) return live.view
    const stored = idShape.test(id) ? await this.#house.records.get('imports', `${workspace}/${id}`) : undefined
    if (stored === undefined) throw new GatewayError('not-found', 'There is no such import.')
    const view = fromJson<ImportView>(stored.value)
    if (view.status !== 'running') return view
    const elsewhere = await this.#elsewhere(workspace)
    // 2.
    if (elsewhere === undefined) return view
    return elsewhere.get(id) ?? { ...view, status: 'failed', problem: `The server stopped meanwhile. ${again}` }
  }

  async list(workspace: string): Promise<readonly ImportView[]> {
    const stored = await this.#house.records.list('imports', `${workspace}/`, 200)
    const views = await Promise.all(stored.map(({ value }) => this.get(workspace, fromJson<ImportView>(value).id)))
    return views.reverse()
  }

  async rejects(workspace: string, id: string): Promise<Readable | undefined> {
    const path = this.#rejectsFile((await this.get(workspace, id)).id)
    return (await isThere(path)) ? createReadStream(path) : undefined
  }

  async stop(): Promise<void> {
    const all = [...this.#running.values()]
    for (const each of all) each.stop.abort(new Error('the server stops'))
    await Promise.all(all.map((each) => each.done))
  }

  /** Others are told before the record says that it runs, so that nobody takes it for one whose gateway has died. */
  async #begin(workspace: string, view: ImportView, city: string | undefined): Promise<void> {
    const key = `${workspace}/${view.id}`
    const running = { view, stop: new AbortController(), done: Promise.resolve() }
    const silence = this.#tellOf(workspace, running)
    const over = (): void => {
      this.#running.delete(key)
      silence()
    }
    this.#running.set(key, running)
    await this.#keep(workspace, view).catch((error: unknown) => {
      over()
      throw error
    })
    running.done = this.#run(running, workspace, city)
      .then((last) => this.#keep(workspace, last))
      .catch((error: unknown) => this.#house.log.error('an import could not be kept', { error: String(error) }))
      .finally(over)
  }

  async #run(running: Running, workspace: string, city: string | undefined): Promise<ImportView> {
    const { view, stop } = running
    const file = this.#file(view.id)
    const rejectsFile = this.#rejectsFile(view.id)
    try {
      // Rejects of an earlier run would be taken for this one's.
      await rm(rejectsFile, { force: true })
      const outcome = await runImport({
        kind: view.kind,
        source: createReadStream(file),
        columns: view.columns,
        workspace,
        runtime: this.#house.runtime,
        sourceName: view.fileName,
        rejectsFile,
        signal: stop.signal,
        listingDefaults: maybe('city', city),
        onProgress: (tally) => {
          running.view = { ...view, ...countsOf(tally) }
        },
      })
      return { ...view, ...countsOf(outcome), status: 'done' }
    } catch (error) {
      this.#house.log.error('an import failed', { import: view.id, error: String(error) })
      const why = stop.signal.aborted ? 'It was stopped.' : 'The rows could not be stored.'
      return { ...running.view, status: 'failed', problem: `${why} ${again}` }
    }
  }

  /** The file lies on the disk of the gateway that took it in. */
  async #assertHere(id: string): Promise<void> {
    if (await isThere(this.#file(id))) return
    throw new GatewayError(
      'unavailable',
      'This file is not on the server that answers now. Try again, or upload it again.',
    )
  }

  async #anyRuns(workspace: string): Promise<boolean> {
    if ([...this.#running.keys()].some((key) => key.startsWith(`${workspace}/`))) return true
    return ((await this.#elsewhere(workspace))?.size ?? 0) > 0
  }

  /** Runs of a workspace on any gateway, by id; `undefined` while that can't be known. */
  async #elsewhere(workspace: string): Promise<ReadonlyMap<string, ImportView> | undefined> {
    const found = await unlessAway(this.#house.ephemeral.members(`imports/${workspace}`, runsMax))
    return found && new Map(found.map(({ name, value }) => [name, fromJson<ImportView>(viewShape.parse(value))]))
  }

  /** Tells how far a run is, to those who ask another gateway, until it has ended. */
  #tellOf(workspace: string, running: Pick<Running, 'view'>): () => void {
    const { clock, ephemeral, log } = this.#house
    const group = `imports/${workspace}`
    const failed = (error: unknown): void =>
      log.warn('how far an import is could not be told', { error: String(error) })
    let cancel = (): void => {}
    const tell = (): void => {
      const { id } = running.view
      unlessAway(ephemeral.join(group, { name: id, value: toJson(running.view) }, progress.heldMs)).catch(failed)
      cancel = clock.schedule(clock.nowMs() + progress.everyMs, tell)
    }
    tell()
    return () => {
      cancel()
      unlessAway(ephemeral.leave(group, running.view.id)).catch(failed)
    }
  }

  async #keep(workspace: string, view: ImportView): Promise<void> {
    const key = `${workspace}/${view.id}`
    const before = await this.#house.records.get('imports', key)
    await this.#house.records.put('imports', key, toJson(view), before?.revision ?? 0)
  }

  #file(id: string): string {
    return join(this.#house.config.importFolder, `${id}.csv`)
  }

  #rejectsFile(id: string): string {
    return join(this.#house.config.importFolder, `${id}.rejects.csv`)
  }
}

const again = 'Run it again: nothing comes in twice.'

function countsOf({ rows, created, updated, unchanged, rejected }: ImportTally) {
  return { done: rows, created, updated, unchanged, rejected }
}

const previewTimeoutMs = 60_000

/** A gateway wrote it: what is in it is taken at its word. */
const viewShape = z.record(z.string(), z.json())

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

function unreadable(error: unknown): never {
  throw new GatewayError(
    'invalid',
    `This file could not be read as a table: ${error instanceof Error ? error.message : ''}`,
  )
}

/** The preview's columns with the fields a person chose. */
function mapping(columns: readonly ImportColumn[], chosen: ImportStart['columns']): readonly ImportColumn[] {
  if (chosen === undefined) return columns
  const fields = new Map(chosen.map(({ index, field }) => [index, field]))
  return columns.map((column) => {
    const { field: guessed, ...rest } = column
    if (!fields.has(column.index)) return column
    const field = fields.get(column.index)
    if (field === undefined || field === '') return { ...rest, confidence: 0 }
    return { ...rest, field, confidence: field === guessed ? column.confidence : 1 }
  })
}
