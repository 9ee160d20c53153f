import type { Fact } from '#runtime/fact.ts'
import type { Document, GroupCount } from '#runtime/ports/documents.ts'
import type { LeadView } from '../protocol.ts'
import type { ConversationDocument } from '../read-models/conversation-document.ts'
import { countsOf, isInLeadList, isInView } from '../read-models/inbox-queries.ts'
import { fromJson, textIn } from '../read-models/shape.ts'
import { inboxRow } from '../read-models/views.ts'
import type { Touched } from './inbox-desk.ts'
import type { StaffSession } from './staff-session.ts'

/** Who took it is known from the fact itself, so a ringing stops at once. */
export function ringOff(session: StaffSession, fact: Fact): void {
  if (fact.type !== 'taken-over') return
  const { memberId, name } = fact.data
  session.send({ type: 'alert.taken', conversation: fact.address, memberId: textIn(memberId), name: textIn(name) })
}

/** The rows this console shows or should, and the counts. */
export function sendRows(
  session: StaffSession,
  news: {
    readonly rows: readonly Document[]
    readonly last: Document | undefined
    readonly groups: readonly GroupCount[]
    readonly ringing: ReadonlyMap<string, number>
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
  news: { readonly groups: readonly GroupCount[]; readonly ringing: ReadonlyMap<string, number> },
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

/** The leads this console looks at, and alerts. */
export function sendLeads(session: StaffSession, leads: readonly LeadView[], hot: Touched['hot']): void {
  for (const lead of leads) {
    const listed = session.leadList !== undefined && isInLeadList(lead, session.leadList)
    if (listed) session.showLead(lead.lead)
    if (listed || session.leads.has(lead.lead) || session.shownLeads.has(lead.lead)) {
      session.send({ type: 'lead', lead, ...(listed ? { listed } : {}) })
    }
    const alert = hot.get(lead.lead)
    if (alert !== undefined) session.send({ type: 'alert.hot-lead', lead, reason: alert.reason })
  }
}
