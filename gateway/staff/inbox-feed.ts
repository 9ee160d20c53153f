import { partsOf } from '#runtime/address.ts'
import type { Fact } from '#runtime/fact.ts'
import type { Document, GroupCount } from '#runtime/ports/documents.ts'
import type { House } from '../house.ts'
import type { InboxView, LeadView } from '../protocol.ts'
import { collections } from '../read-models/collections.ts'
import type { ConversationDocument } from '../read-models/conversation-document.ts'
import { countsOf, isInView } from '../read-models/inbox-queries.ts'
import { fromJson, textIn } from '../read-models/shape.ts'
import { inboxRow, leadOf } from '../read-models/views.ts'
import type { InboxCounts } from './inbox-counts.ts'
import { countEveryMs, createInboxCounts } from './inbox-counts.ts'
import type { StaffSession } from './staff-session.ts'

/** Facts are gathered this long before rows are read and sent: a burst costs one read. */
const gatherMs = 15

/** Rows, counts, leads and alerts for every open console of a workspace. */
export interface InboxFeed {
  counts(reader: {
    readonly workspace: string
    readonly memberId: string
  }): Promise<{ readonly [view in InboxView]: number }>
  stop(): void
}

/** What facts of a workspace have touched since the last flush. */
interface Desk {
  readonly workspace: string
  readonly conversations: Set<string>
  readonly leads: Set<string>
  readonly ringing: Set<string>
  readonly hot: Map<string, string>
  readonly counts: InboxCounts
  /** The row sent last, to carry new counts when no row is news. */
  last: Document | undefined
  cancel: (() => void) | undefined
  busy: boolean
}

/**
 * Gathers what facts touch, reads the rows once, and sends each console what its view may care about. 1. Facts come after projection, so a
 * row read is never older than its fact. 2. One flush of a workspace at a time; what comes meanwhile goes into the next.
 */
export function createInboxFeed(house: House, sessionsOf: (workspace: string) => ReadonlySet<StaffSession>): InboxFeed {
  const desks = new Map<string, Desk>()
  const { clock, documents, log } = house

  const deskOf = (workspace: string): Desk => {
    const desk = desks.get(workspace) ?? newDesk(workspace, createInboxCounts(workspace, documents, clock))
    desks.set(workspace, desk)
    return desk
  }

  const schedule = (desk: Desk, afterMs: number): void => {
    desk.cancel ??= clock.schedule(clock.nowMs() + afterMs, () => {
      desk.cancel = undefined
      flush(desk).catch((error: unknown) => log.error('the inbox feed failed', { error: String(error) }))
    })
  }

  const flush = async (desk: Desk): Promise<void> => {
    // 2. The one under way takes what it found; the rest waits its turn.
    if (desk.busy) return schedule(desk, gatherMs)
    desk.busy = true
    try {
      const batch = taken(desk)
      const leads = await documents.getMany(collections.leads, [...batch.leads])
      const views = leads.map(leadOf)
      const touched = new Set([...batch.conversations, ...views.flatMap((each) => each.conversations)])
      const rows = await documents.getMany(collections.conversations, [...touched])
      const groups = await desk.counts.now()
      desk.last = rows.at(-1) ?? desk.last
      for (const session of sessionsOf(desk.workspace)) {
        sendRows(session, { rows, last: desk.last, groups, ringing: batch.ringing })
        sendLeads(session, views, batch.hot)
      }
      if (desk.counts.stale()) schedule(desk, countEveryMs)
    } finally {
      desk.busy = false
    }
  }

  const stop = house.hub.onAll((fact) => {
    const desk = deskOf(partsOf(fact.address).workspace)
    if (!note(desk, fact)) return
    const sessions = sessionsOf(desk.workspace)
    for (const session of sessions) ringOff(session, fact)
    if (sessions.size > 0) schedule(desk, gatherMs)
    else taken(desk)
  })

  return {
    async counts({ workspace, memberId }) {
      return countsOf(await deskOf(workspace).counts.now(), memberId)
    },
    stop() {
      stop()
      for (const desk of desks.values()) desk.cancel?.()
    },
  }
}

function newDesk(workspace: string, counts: InboxCounts): Desk {
  const sets = { conversations: new Set<string>(), leads: new Set<string>(), ringing: new Set<string>() }
  return { workspace, ...sets, hot: new Map(), counts, last: undefined, cancel: undefined, busy: false }
}

/** Notes what a fact touches; false when it touches nothing a console lists. */
function note(desk: Desk, fact: Fact): boolean {
  const { kind } = partsOf(fact.address)
  if (kind === 'conversation') {
    desk.conversations.add(fact.address)
    if (fact.type === 'handed-off') desk.ringing.add(fact.address)
    if (countedFacts.has(fact.type)) desk.counts.spoil()
    return true
  }
  if (kind !== 'lead') return false
  desk.leads.add(fact.address)
  if (fact.type === 'hot-lead-alerted') desk.hot.set(fact.address, textIn(fact.data['reason']))
  return true
}

/** Facts that make a row or move it from one pile of the inbox to another. */
const countedFacts = new Set(['conversation-opened', 'message-added', 'owner-changed', 'closed', 'reopened'])

function taken(desk: Desk): Pick<Desk, 'conversations' | 'leads' | 'ringing' | 'hot'> {
  const { conversations, leads, ringing, hot } = desk
  const batch = {
    conversations: new Set(conversations),
    leads: new Set(leads),
    ringing: new Set(ringing),
    hot: new Map(hot),
  }
  for (const each of [conversations, leads, ringing, hot]) each.clear()
  return batch
}

/** Who took it is known from the fact itself, so a ringing stops at once. */
function ringOff(session: StaffSession, fact: Fact): void {
  if (fact.type !== 'taken-over') return
  const { memberId, name } = fact.data
  session.send({ type: 'alert.taken', conversation: fact.address, memberId: textIn(memberId), name: textIn(name) })
}

function sendRows(
  session: StaffSession,
  news: {
    readonly rows: readonly Document[]
    readonly last: Document | undefined
    readonly groups: readonly GroupCount[]
    readonly ringing: ReadonlySet<string>
  },
): void {
  const { inbox, member } = session
  const told = news.rows.filter((stored) => sendRow(session, stored, news))
  // The counts are news, too, when no row of this view is.
  if (inbox === undefined || told.length > 0 || news.last === undefined) return
  const document = fromJson<ConversationDocument>(news.last.value)
  const inView = isInView(document, inbox, member)
  const counts = countsOf(news.groups, member.memberId)
  session.send({ type: 'inbox.row', row: inboxRow(document, news.last.revision), inView, counts })
}

function sendRow(
  session: StaffSession,
  stored: Document,
  news: { readonly groups: readonly GroupCount[]; readonly ringing: ReadonlySet<string> },
): boolean {
  const document = fromJson<ConversationDocument>(stored.value)
  const row = inboxRow(document, stored.revision)
  const { conversation } = row
  if (session.has(`conversation ${conversation}`)) session.send({ type: 'conversation.row', conversation, row })
  if (news.ringing.has(conversation) && row.owner.kind === 'queue') session.send({ type: 'alert.waiting', row })
  if (session.inbox === undefined) return false
  const inView = isInView(document, session.inbox, session.member)
  if (!inView && !session.shown.has(conversation)) return false
  if (inView) session.show(conversation)
  else session.shown.delete(conversation)
  session.send({ type: 'inbox.row', row, inView, counts: countsOf(news.groups, session.member.memberId) })
  return true
}

function sendLeads(session: StaffSession, leads: readonly LeadView[], hot: ReadonlyMap<string, string>): void {
  for (const lead of leads) {
    if (session.leads.has(lead.lead)) session.send({ type: 'lead', lead })
    const reason = hot.get(lead.lead)
    if (reason !== undefined) session.send({ type: 'alert.hot-lead', lead, reason })
  }
}
