/**
 * The list of the inbox: one open view, its rows in order, counts of every view.
 * 1. A row's `revision` only rises: an older frame never overwrites a newer row.
 * 2. An answer to a question we no longer ask is dropped (`#asked`).
 */
import type { InboxPage, InboxQuery, InboxRow, InboxView, ProblemReport, Reply, StaffFrame } from '#gateway/protocol.ts'
import type { Connection } from '../connection/connection.ts'
import { createStore } from '../connection/store.ts'
import { placeRow } from './inbox-order.ts'

export type InboxFilter = Omit<InboxQuery, 'limit' | 'after'>

export interface InboxState {
  readonly filter: InboxFilter
  readonly status: 'loading' | 'ready' | 'failed'
  readonly problem?: ProblemReport
  readonly rows: readonly InboxRow[]
  readonly next?: string
  readonly loadingMore: boolean
  readonly counts?: { readonly [view in InboxView]: number }
}

const pageSize = 100

export class InboxStore {
  readonly state = createStore<InboxState>({
    filter: { view: 'all' },
    status: 'loading',
    rows: [],
    loadingMore: false,
  })
  readonly #connection: Connection
  #asked = 0
  #open = false

  constructor(connection: Connection) {
    this.#connection = connection
    connection.onFrame((frame) => this.#take(frame))
    connection.onResume(() => {
      if (this.#open) void this.#load()
    })
  }

  /** Shows a view. The rows of the last one stay until the new ones are here when only the words of a search changed. */
  show(filter: InboxFilter): void {
    const now = this.state.get()
    this.#open = true
    if (now.status === 'ready' && JSON.stringify(now.filter) === JSON.stringify(filter)) return
    const sameView = now.filter.view === filter.view
    const { problem: _problem, next: _next, ...rest } = now
    this.state.set({ ...rest, filter, status: 'loading', rows: sameView ? now.rows : [], loadingMore: false })
    void this.#load()
  }

  retry(): void {
    this.state.update(({ problem: _problem, ...rest }) => ({ ...rest, status: 'loading' }))
    void this.#load()
  }

  async loadMore(): Promise<void> {
    const { next, loadingMore, filter, status } = this.state.get()
    if (next === undefined || loadingMore || status !== 'ready') return
    const asked = this.#asked
    this.state.update((now) => ({ ...now, loadingMore: true }))
    const reply = await this.#connection.send({
      type: 'inbox.page',
      query: { ...filter, limit: pageSize, after: next },
    })
    if (asked !== this.#asked) return
    this.state.update((now) => {
      if (!reply.ok) return { ...now, loadingMore: false }
      const held = new Set(now.rows.map((row) => row.conversation))
      const fresh = reply.value.rows.filter((row) => !held.has(row.conversation))
      return { ...withPage(now, reply.value), rows: [...now.rows, ...fresh], loadingMore: false }
    })
  }

  async #load(): Promise<void> {
    const asked = ++this.#asked
    const query: InboxQuery = { ...this.state.get().filter, limit: pageSize }
    const reply: Reply<InboxPage> = await this.#connection.send({ type: 'inbox.open', query })
    // 2
    if (asked !== this.#asked) return
    this.state.update((now) => {
      if (reply.ok) return { ...withPage(now, reply.value), rows: reply.value.rows, status: 'ready' }
      // Old rows are better than none: the banner already says that we are offline.
      if (reply.error.code === 'unavailable' && now.rows.length > 0) return { ...now, status: 'ready' }
      if (reply.error.code === 'unavailable') return { ...now, status: 'loading' }
      return { ...now, status: 'failed', problem: reply.error }
    })
  }

  #take(frame: StaffFrame): void {
    if (frame.type !== 'inbox.row') return
    this.state.update((now) => {
      if (now.status === 'failed') return now
      const rows = placeRow(now.rows, frame.row, { inView: frame.inView, more: now.next !== undefined })
      return { ...now, rows, counts: frame.counts }
    })
  }
}

function withPage(now: InboxState, page: InboxPage): InboxState {
  const { next: _next, problem: _problem, ...rest } = now
  return { ...rest, counts: page.counts, ...(page.next === undefined ? {} : { next: page.next }) }
}
