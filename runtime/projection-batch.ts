import type { Fact } from './fact.ts'
import type { JsonObject } from './json.ts'
import type { Documents, DocumentWrite } from './ports/documents.ts'
import type { Projection } from './runtime.ts'

/** Where facts that a projection could not take are kept, with the reason. */
export const failuresCollection = '_projection-failures'

/** What a batch of facts comes to, and the failures on the way. */
export interface BatchResult {
  readonly writes: readonly DocumentWrite[]
  readonly failures: readonly ProjectionFailure[]
}

export interface ProjectionFailure {
  readonly projection: string
  readonly fact: Fact
  readonly reason: string
}

/** Applies facts in order to every projection that wants them. Rejects only when documents can't be read; a projection's own error is a failure. */
export async function applyBatch(
  facts: readonly Fact[],
  projections: readonly Projection[],
  documents: Documents,
): Promise<BatchResult> {
  const overlay = new Overlay(documents)
  const failures: ProjectionFailure[] = []
  for (const fact of facts) {
    for (const projection of projections) {
      const reason = await applyOne(fact, projection, overlay)
      if (reason !== undefined) failures.push({ projection: projection.name, fact, reason })
    }
  }
  return { writes: [...overlay.writes(), ...failures.map(failureWrite)], failures }
}

/** The document that tells of a failure. */
export function failureWrite({ projection, fact, reason }: ProjectionFailure): DocumentWrite {
  const { position, address, type, atMs } = fact
  return {
    op: 'put',
    collection: failuresCollection,
    key: `${projection}:${position}`,
    revision: position,
    value: { projection, position, address, type, atMs, reason },
  }
}

async function applyOne(fact: Fact, projection: Projection, overlay: Overlay): Promise<string | undefined> {
  let writes: readonly DocumentWrite[]
  try {
    if (!projection.wants(fact)) return undefined
    writes = await projection.apply(fact, overlay)
  } catch (error) {
    overlay.assertReadable()
    return error instanceof Error ? error.message : String(error)
  }
  for (const write of writes) await overlay.stage(write, fact.position)
  return undefined
}

interface Staged {
  readonly collection: string
  readonly key: string
  /** Revision in the store when first seen, 0 when absent. */
  readonly storedRevision: number
  readonly revision: number
  readonly value: JsonObject | undefined
  readonly changed: boolean
}

/**
 * What the batch has written so far over what is stored. 1. Reads see the writes of facts before. 2. A fact that a document
 * already holds changes nothing of it, so a batch repeated after a crash ends the same, wherever its bounds lie.
 */
class Overlay {
  readonly #documents: Documents
  readonly #staged = new Map<string, Staged>()
  #unreadable: { readonly error: unknown } | undefined

  constructor(documents: Documents) {
    this.#documents = documents
  }

  async get(collection: string, key: string): Promise<JsonObject | undefined> {
    return (await this.#entry(collection, key)).value
  }

  async stage(write: DocumentWrite, position: number): Promise<void> {
    const entry = await this.#entry(write.collection, write.key)
    if (entry.storedRevision >= position) return
    const value = write.op === 'put' ? write.value : undefined
    this.#staged.set(nameOf(write), { ...entry, revision: position, value, changed: true })
  }

  writes(): readonly DocumentWrite[] {
    return [...this.#staged.values()].flatMap(({ collection, key, revision, value, changed }): DocumentWrite[] => {
      if (!changed) return []
      if (value === undefined) return [{ op: 'delete', collection, key, revision }]
      return [{ op: 'put', collection, key, revision, value }]
    })
  }

  /** A projection may have caught or wrapped the error of a read: that is no fault of the fact's. */
  assertReadable(): void {
    if (this.#unreadable !== undefined) throw this.#unreadable.error
  }

  async #entry(collection: string, key: string): Promise<Staged> {
    const name = nameOf({ collection, key })
    const known = this.#staged.get(name)
    if (known !== undefined) return known
    const found = await this.#read(collection, key)
    const revision = found?.revision ?? 0
    const entry = { collection, key, storedRevision: revision, revision, value: found?.value, changed: false }
    this.#staged.set(name, entry)
    return entry
  }

  async #read(collection: string, key: string) {
    try {
      return await this.#documents.get(collection, key)
    } catch (error) {
      // A name that is no collection is the projection's mistake, not the store's.
      if (!(error instanceof TypeError)) this.#unreadable = { error }
      throw error
    }
  }
}

function nameOf({ collection, key }: { readonly collection: string; readonly key: string }): string {
  return `${collection}\n${key}`
}
