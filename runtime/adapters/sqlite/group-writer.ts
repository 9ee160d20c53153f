import type { Connection } from './connection.ts'
import { StorageError } from '../../ports/storage-error.ts'

/** What the work of a group may change beside the file, undone together with it. */
export interface Revertible {
  save(): () => void
}

interface Pending {
  readonly work: () => unknown
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

/** Works in one transaction at most; the rest waits for the next. */
const groupMax = 4096

/**
 * Group commit: all that has queued up while the last transaction was on its way to the disk goes into the next one.
 * 1. Works run in the order they came, each seeing those before it. 2. A promise resolves only after the sync of its group.
 * 3. A work that throws takes nothing of its own into the file and does not harm its group: the group runs again, each alone.
 */
export class GroupWriter {
  readonly #connection: Connection
  readonly #state: Revertible
  readonly #afterGroup: () => void
  #pending: Pending[] = []
  #scheduled: NodeJS.Immediate | undefined
  #closed = false

  constructor(connection: Connection, state: Revertible, afterGroup: () => void) {
    this.#connection = connection
    this.#state = state
    this.#afterGroup = afterGroup
  }

  write<Result>(work: () => Result): Promise<Result> {
    if (this.#closed) return Promise.reject(new StorageError('store-closed', 'the journal is closed'))
    return new Promise<Result>((resolve, reject) => {
      this.#pending.push({ work, resolve: (value) => resolve(value as Result), reject })
      this.#scheduled ??= setImmediate(() => this.#flush())
    })
  }

  /** Writes what is queued and refuses what comes later. */
  close(): void {
    this.#closed = true
    while (this.#pending.length > 0) this.#flush()
    clearImmediate(this.#scheduled)
  }

  #flush(): void {
    this.#scheduled = undefined
    const group = this.#pending.slice(0, groupMax)
    this.#pending = this.#pending.slice(groupMax)
    if (this.#pending.length > 0) this.#scheduled ??= setImmediate(() => this.#flush())
    this.#writeGroup(group)
    this.#afterGroup()
  }

  #writeGroup(group: readonly Pending[]): void {
    const revert = this.#state.save()
    try {
      const results = this.#connection.transaction(() => group.map((each) => each.work()))
      for (const [index, each] of group.entries()) each.resolve(results[index])
    } catch (error) {
      revert()
      if (group.length > 1 && !isOfTheStore(error)) for (const each of group) this.#writeGroup([each])
      else for (const each of group) each.reject(error)
    }
  }
}

/** Whether each work alone would meet the same end. */
function isOfTheStore(error: unknown): boolean {
  return error instanceof StorageError && error.code !== 'group-refused' && error.code !== 'document-refused'
}
