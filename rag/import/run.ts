import { addressOf, type Address } from '#runtime/address.ts'
import type { MachineEvent } from '#runtime/event.ts'
import type { JsonObject } from '#runtime/json.ts'
import type { Handled, Runtime } from '#runtime/runtime.ts'
import type { ListingContents } from '../listing.ts'
import type { ImportKind } from './fields.ts'
import { canonical, digest, SeenTable } from './keys.ts'
import { leadOfRow, type LeadDefaults } from './lead-row.ts'
import { listingOfRow, type ListingDefaults } from './listing-row.ts'
import type { ImportColumn } from './recognise.ts'
import { RejectsFile } from './rejects.ts'
import { rowReader, type MappedRow } from './row.ts'
import { openTable, type TableRow } from './table.ts'

/** Every row counts in exactly one of the last four. A project's row counts once, however many listings it makes. */
export interface ImportTally {
  readonly rows: number
  readonly created: number
  readonly updated: number
  readonly unchanged: number
  readonly rejected: number
}

export interface ImportOutcome extends ImportTally {
  /** Whether the file of rejects was written. */
  readonly rejectsWritten: boolean
  readonly encoding: string
  /** How many rows were rejected for each reason, the quoted cell left out; most frequent first. */
  readonly reasons: readonly { readonly reason: string; readonly count: number }[]
}

export interface ImportRun {
  readonly kind: ImportKind
  readonly source: AsyncIterable<Uint8Array>
  /** From `previewImport`, as the person left it. */
  readonly columns: readonly ImportColumn[]
  readonly workspace: string
  readonly runtime: Pick<Runtime, 'submit'>
  /** Names the file in the events. */
  readonly sourceName: string
  readonly rejectsFile: string
  readonly signal: AbortSignal
  readonly listingDefaults?: ListingDefaults
  readonly leadDefaults?: LeadDefaults
  onProgress?(tally: ImportTally): void
}

/** Rows on their way to their actors at once: enough to fill the host's commit groups, few enough to bound memory. */
const inFlightMax = 256
const progressEvery = 500
/** When this many rows in a row could not be handed over, the store and not the rows is at fault. */
const failuresMax = 20
const reasonsMax = 200

type Verdict = 'created' | 'updated' | 'unchanged' | { readonly rejected: string }

interface Prepared {
  readonly events: readonly { readonly to: Address; readonly event: MachineEvent; readonly id?: string }[]
}

/**
 * Imports a file of listings or leads, row by row and many at once. Each row ends as created, updated, unchanged or in the file of rejects.
 * Running the same file again changes nothing: addresses come from the source's reference, or from the content itself; leads from their
 * phone number or e-mail. Rejects with the signal's reason when stopped, or when the store fails: what is in stays, and the file can be run again.
 */
export async function runImport(run: ImportRun): Promise<ImportOutcome> {
  const table = await openTable(run.source)
  const importer = new Importer(run, table.header)
  try {
    for await (const row of table.rows) await importer.take(row)
    await importer.settle()
  } catch (error) {
    await importer.abandon()
    throw error
  }
  return importer.finish(table.encoding())
}

/**
 * Owns the tally, the rows in flight and the file of rejects of one run; used by `runImport` only.
 * 1. A row is counted once, when its fate is known.
 * 2. At most `inFlightMax` rows are unsettled.
 */
class Importer {
  readonly #run: ImportRun
  readonly #header: readonly string[]
  readonly #rejects: RejectsFile
  readonly #read: (cells: readonly string[]) => MappedRow
  readonly #seen = new SeenTable()
  readonly #inFlight = new Set<Promise<void>>()
  readonly #tally = { rows: 0, created: 0, updated: 0, unchanged: 0, rejected: 0 }
  readonly #reasons = new Map<string, number>()
  #failures = 0
  #failure: unknown

  constructor(run: ImportRun, header: readonly string[]) {
    this.#run = run
    this.#header = header
    this.#rejects = new RejectsFile(run.rejectsFile, header)
    this.#read = rowReader(run.columns)
  }

  async take(row: TableRow): Promise<void> {
    this.#run.signal.throwIfAborted()
    if (this.#failure !== undefined) throw this.#failure
    const prepared = row.problem === undefined ? this.#prepare(row) : { rejected: row.problem }
    if ('rejected' in prepared) return this.#count(row, prepared)
    while (this.#inFlight.size >= inFlightMax) await Promise.race(this.#inFlight)
    const settled = this.#submit(row, prepared).finally(() => this.#inFlight.delete(settled))
    this.#inFlight.add(settled)
  }

  async settle(): Promise<void> {
    await Promise.all(this.#inFlight)
    if (this.#failure !== undefined) throw this.#failure
  }

  /** After a failure: what is in flight ends by itself; the rejects so far are kept. */
  async abandon(): Promise<void> {
    await Promise.allSettled(this.#inFlight)
    await this.#rejects.close().catch(() => false)
  }

  async finish(encoding: string): Promise<ImportOutcome> {
    const rejectsWritten = await this.#rejects.close()
    this.#run.onProgress?.({ ...this.#tally })
    const reasons = [...this.#reasons].map(([reason, count]) => ({ reason, count })).sort((a, b) => b.count - a.count)
    return { ...this.#tally, rejectsWritten, encoding, reasons }
  }

  #prepare(row: TableRow): Prepared | { readonly rejected: string } {
    const mapped = this.#read(row.cells)
    return this.#run.kind === 'listings' ? this.#prepareListings(mapped) : this.#prepareLead(mapped)
  }

  #prepareListings(mapped: MappedRow): Prepared | { readonly rejected: string } {
    const read = listingOfRow(mapped, this.#run.listingDefaults ?? {})
    if (!read.ok) return { rejected: read.reason }
    const { reference, listings } = read
    const events = listings.map((each, index) => this.#listingEvent(each, { reference, index, of: listings.length }))
    const clash = events.some(
      ({ to, hash }) => reference !== undefined && this.#seen.see(digest(to, 16), hash) === 'other',
    )
    if (clash)
      return {
        rejected: `another row of this file has the reference “${(reference ?? '').slice(0, 40)}” with other content`,
      }
    return { events }
  }

  #listingEvent(
    contents: ListingContents,
    from: { readonly reference: string | undefined; readonly index: number; readonly of: number },
  ): { readonly to: Address; readonly event: MachineEvent; readonly hash: string } {
    const bare = plain(contents)
    const which = from.of > 1 ? `#${contents.propertyType}-${contents.bedrooms ?? 0}` : ''
    const key = from.reference === undefined ? canonical(bare) : `${from.reference}${which}`
    const id = `l-${digest(key, 20)}`
    const content = {
      ...bare,
      source: { kind: 'import', reference: from.reference === undefined ? id : `${from.reference}${which}` },
    }
    const hash = digest(canonical(content), 32)
    return {
      to: addressOf(this.#run.workspace, 'listing', id),
      event: { type: 'listing.put', content, hash, source: this.#run.sourceName },
      hash,
    }
  }

  #prepareLead(mapped: MappedRow): Prepared | { readonly rejected: string } {
    const read = leadOfRow(mapped, this.#run.leadDefaults ?? {})
    if (!read.ok) return { rejected: read.reason }
    const to = leadAddress(this.#run.workspace, read.contact)
    // The content is the event's id, so that the same row again is known as a duplicate by the host itself.
    const id = `import-${digest(canonical(read.profile), 32)}`
    // The same row twice within the file needs no second journey.
    if (this.#seen.see(digest(`${to} ${id}`, 16), '0') === 'same') return { events: [] }
    return { events: [{ to, id, event: { type: 'lead.captured', profile: read.profile } }] }
  }

  async #submit(row: TableRow, prepared: Prepared): Promise<void> {
    try {
      const handled = await Promise.all(
        prepared.events.map(({ to, event, id }) =>
          this.#run.runtime.submit({ to, event, ...(id === undefined ? {} : { id }) }, this.#run.signal),
        ),
      )
      this.#failures = 0
      await this.#count(row, worst(handled.map((each) => verdictOf(each))))
    } catch (error) {
      if (this.#run.signal.aborted) return
      if (++this.#failures > failuresMax) this.#failure ??= error
      await this.#count(row, {
        rejected: `could not be stored: ${error instanceof Error ? error.message : String(error)}`,
      }).catch((disk: unknown) => (this.#failure ??= disk))
    }
  }

  async #count(row: TableRow, verdict: Verdict): Promise<void> {
    this.#tally.rows++
    if (typeof verdict === 'string') this.#tally[verdict]++
    else {
      this.#tally.rejected++
      const kind = verdict.rejected.replace(/“[^”]*”/g, '“…”').replace(/[\d,.₹]+/g, 'n')
      if (this.#reasons.has(kind) || this.#reasons.size < reasonsMax)
        this.#reasons.set(kind, (this.#reasons.get(kind) ?? 0) + 1)
      await this.#rejects.write(row.cells, verdict.rejected, this.#header)
    }
    if (this.#tally.rows % progressEvery === 0) this.#run.onProgress?.({ ...this.#tally })
  }
}

/** Where a lead with this contact (E.164 or e-mail in lower case) lives. The id tells neither. */
export function leadAddress(workspace: string, contact: string): Address {
  return addressOf(workspace, 'lead', `${contact.startsWith('+') ? 'p' : 'e'}-${digest(contact, 24)}`)
}

function verdictOf(handled: Handled): Verdict {
  if (handled.duplicate) return 'unchanged'
  if (handled.outcome !== 'applied')
    return { rejected: `its actor could not take it (${handled.outcome}): see the dead letters` }
  const invalid = handled.facts.find((fact) => fact.type === 'lead-invalid')
  if (invalid !== undefined) return { rejected: `the lead is not valid: ${canonical(invalid.data['problems'] ?? [])}` }
  const changed = handled.facts.find((fact) => fact.type !== 'listing-unchanged' && fact.type !== 'engagement-recorded')
  if (changed === undefined) return 'unchanged'
  return changed.revision === 1 ? 'created' : 'updated'
}

/** A row of several listings is as new as the newest of them; rejected when one is. */
function worst(verdicts: readonly Verdict[]): Verdict {
  const rejected = verdicts.find((verdict) => typeof verdict !== 'string')
  if (rejected !== undefined) return rejected
  if (verdicts.includes('created')) return 'created'
  return verdicts.includes('updated') ? 'updated' : 'unchanged'
}

/** Contents as JSON without the source, which depends on the key. */
function plain(contents: ListingContents): JsonObject {
  const { source: _, ...rest } = contents
  return rest
}
