import type { Condition, DocumentQuery, GroupCount } from '#runtime/ports/documents.ts'
import type { InboxQuery, InboxView, LeadQuery, LeadView } from '../protocol.ts'
import { collections } from './collections.ts'
import type { Box, ConversationDocument } from './conversation-document.ts'
import { searchTextOf } from './lead-document.ts'

/** Whose eyes a list is for. */
export interface Reader {
  readonly workspace: string
  readonly memberId: string
}

/** The documents query behind a list of the inbox. */
export function inboxDocuments(query: InboxQuery, reader: Reader): DocumentQuery {
  return {
    collection: collections.conversations,
    where: inboxConditions(query, reader),
    order: [{ field: 'need', direction: 'ascending' }],
    limit: query.limit,
    ...(query.after === undefined ? {} : { after: query.after }),
  }
}

function inboxConditions(query: InboxQuery, { workspace, memberId }: Reader): readonly Condition[] {
  const where: Condition[] = [{ field: 'workspace', op: '=', value: workspace }]
  const { view, search, temperature, channel, unreadOnly, handOffReason } = query
  if (view === 'mine') where.push({ field: 'memberId', op: '=', value: memberId })
  where.push({ field: 'box', op: 'in', value: boxesOf[view] })
  if (search !== undefined && search.trim() !== '') where.push({ op: 'match', value: search })
  if (temperature !== undefined && temperature.length > 0)
    where.push({ field: 'temperature', op: 'in', value: temperature })
  if (channel !== undefined && channel.length > 0) where.push({ field: 'channel', op: 'in', value: channel })
  if (query.memberId !== undefined) where.push({ field: 'memberId', op: '=', value: query.memberId })
  if (unreadOnly === true) where.push({ field: 'unread', op: '>', value: 0 })
  if (handOffReason !== undefined) where.push({ field: 'handOffReason', op: '=', value: handOffReason })
  return where
}

const boxesOf: { readonly [view in InboxView]: readonly Box[] } = {
  mine: ['member'],
  waiting: ['waiting'],
  assistant: ['assistant'],
  all: ['waiting', 'assistant', 'member'],
  closed: ['closed'],
}

/** Whether a row belongs to a list: the same answer the query gives. Pure. */
export function isInView(row: ConversationDocument, query: InboxQuery, { workspace, memberId }: Reader): boolean {
  const { view, search, temperature, channel, unreadOnly, handOffReason } = query
  if (row.workspace !== workspace || !boxesOf[view].includes(row.box)) return false
  if (view === 'mine' && row.memberId !== memberId) return false
  if (temperature !== undefined && temperature.length > 0 && !temperature.includes(row.temperature)) return false
  if (channel !== undefined && channel.length > 0 && !channel.includes(row.channel)) return false
  if (query.memberId !== undefined && row.memberId !== query.memberId) return false
  if (unreadOnly === true && row.unread === 0) return false
  if (handOffReason !== undefined && row.handOffReason !== handOffReason) return false
  return search === undefined || matches(row.search, search)
}

/** Every word looked for begins a word of the text. */
function matches(text: string, search: string): boolean {
  const words = wordsIn(text)
  return wordsIn(search).every((wanted) => words.some((word) => word.startsWith(wanted)))
}

function wordsIn(text: string): readonly string[] {
  const folded = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  return folded.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '')
}

/** The counts beside the views, from counts by box and member. */
export function countsOf(groups: readonly GroupCount[], memberId: string): { readonly [view in InboxView]: number } {
  const counts = { mine: 0, waiting: 0, assistant: 0, all: 0, closed: 0 }
  for (const { values, count } of groups) {
    const [box, owner] = values
    if (box === 'closed') counts.closed += count
    else counts.all += count
    if (box === 'waiting') counts.waiting += count
    if (box === 'assistant') counts.assistant += count
    if (box === 'member' && owner === memberId) counts.mine += count
  }
  return counts
}

/** The documents query behind a list of leads: the latest change first. */
export function leadDocuments(query: LeadQuery, workspace: string): DocumentQuery {
  return {
    collection: collections.leads,
    where: leadConditions(query, workspace),
    order: [{ field: 'updatedAtMs', direction: 'descending' }],
    limit: query.limit,
    ...(query.after === undefined ? {} : { after: query.after }),
  }
}

/** Whether a lead belongs to a list: the same answer the query gives. Pure. */
export function isInLeadList(lead: LeadView, query: LeadQuery): boolean {
  for (const field of ['stage', 'temperature', 'source', 'status'] as const) {
    if (query[field] !== undefined && lead[field] !== query[field]) return false
  }
  if (query.fromMs !== undefined && lead.createdAtMs < query.fromMs) return false
  return query.search === undefined || matches(searchTextOf(lead.profile), query.search)
}

/** What a list of leads is narrowed to, for the list and its total. */
export function leadConditions(query: LeadQuery, workspace: string): readonly Condition[] {
  const where: Condition[] = [{ field: 'workspace', op: '=', value: workspace }]
  for (const field of ['stage', 'temperature', 'source', 'status'] as const) {
    const value = query[field]
    if (value !== undefined) where.push({ field, op: '=', value })
  }
  if (query.fromMs !== undefined) where.push({ field: 'createdAtMs', op: '>=', value: query.fromMs })
  if (query.search !== undefined && query.search.trim() !== '') where.push({ op: 'match', value: query.search })
  return where
}
