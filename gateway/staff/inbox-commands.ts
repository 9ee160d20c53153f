import { listed } from '../patience.ts'
import type { InboxPage, InboxQuery } from '../protocol.ts'
import { inboxDocuments } from '../read-models/inbox-queries.ts'
import { rowOf } from '../read-models/views.ts'
import type { Handlers, Scene } from './handlers.ts'

/** Lists of the inbox, and the funnel. */
export const inboxCommands: Handlers<'inbox.open' | 'inbox.page' | 'funnel.open' | 'funnel.leave'> = {
  /** From now on this session hears of rows of this list; the list before is left. */
  async 'inbox.open'({ query }, scene) {
    scene.session.inbox = query
    scene.session.shown.clear()
    return page(query, scene)
  },

  async 'inbox.page'({ query }, scene) {
    return page(query, scene)
  },

  async 'funnel.open'({ query }, { house, feeds, session }) {
    session.funnel = query
    return listed(house.clock, feeds.funnel.read(session.member.workspace, query))
  },

  async 'funnel.leave'(_, { session }) {
    session.funnel = undefined
    return null
  },
}

async function page(query: InboxQuery, { house, feeds, session }: Scene): Promise<InboxPage> {
  const asked = Promise.all([
    house.documents.query(inboxDocuments(query, session.member)),
    feeds.inbox.counts(session.member),
  ])
  const [found, counts] = await listed(house.clock, asked)
  const rows = found.documents.map(rowOf)
  for (const row of rows) session.show(row.conversation)
  return found.next === undefined ? { rows, counts } : { rows, next: found.next, counts }
}
