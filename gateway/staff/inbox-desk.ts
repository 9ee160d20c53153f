import { partsOf } from '#runtime/address.ts'
import type { Fact } from '#runtime/fact.ts'
import type { Document } from '#runtime/ports/documents.ts'
import { textIn } from '../read-models/shape.ts'
import type { InboxCounts } from './inbox-counts.ts'

/** What facts have touched, each with the position of the last of them. */
export interface Touched {
  readonly conversations: Map<string, number>
  readonly leads: Map<string, number>
  readonly ringing: Map<string, number>
  readonly hot: Map<string, { readonly reason: string; readonly position: number }>
}

/** A workspace's inbox as its feed sees it: what has been touched since the last flush. */
export interface Desk extends Touched {
  readonly workspace: string
  readonly counts: InboxCounts
  /** The row sent last, to carry new counts when no row is news. */
  last: Document | undefined
  cancel: (() => void) | undefined
  busy: boolean
  /** Until when rows are not read and sent again. */
  restUntilMs: number
  /** Consoles may show lists that lack something, and are told to read them again when read models have caught up. */
  missed: boolean
}

/** Of what is touched and can't be read for a long time so much is remembered; the rest is made good by `missed`. */
const touchedMax = 2000

/** A desk nothing has touched yet. */
export function newDesk(workspace: string, counts: InboxCounts): Desk {
  return {
    workspace,
    ...nothing(),
    counts,
    last: undefined,
    cancel: undefined,
    busy: false,
    restUntilMs: 0,
    missed: false,
  }
}

function nothing(): Touched {
  return { conversations: new Map(), leads: new Map(), ringing: new Map(), hot: new Map() }
}

/** Facts that make a row or move it from one pile of the inbox to another. */
const countedFacts = new Set(['conversation-opened', 'message-added', 'owner-changed', 'closed', 'reopened'])

/** Notes what a fact touches; false when it touches nothing a console lists. */
export function note(desk: Desk, { address, type, data, position }: Fact): boolean {
  const { kind } = partsOf(address)
  if (kind === 'conversation') {
    remember(desk, 'conversations', [address, position])
    if (type === 'handed-off') remember(desk, 'ringing', [address, position])
    if (countedFacts.has(type)) desk.counts.spoil()
    return true
  }
  if (kind !== 'lead') return false
  remember(desk, 'leads', [address, position])
  if (type === 'hot-lead-alerted' && desk.hot.size < touchedMax)
    desk.hot.set(address, { reason: textIn(data['reason']), position })
  return true
}

/** Empties the desk and answers what was on it. */
export function taken(desk: Desk): Touched {
  const batch = {
    conversations: new Map(desk.conversations),
    leads: new Map(desk.leads),
    ringing: new Map(desk.ringing),
    hot: new Map(desk.hot),
  }
  for (const each of [desk.conversations, desk.leads, desk.ringing, desk.hot]) each.clear()
  return batch
}

/** What of a batch was said after the position that read models have reached. */
export function late(batch: Touched, projected: number): Touched {
  const beyond = (each: ReadonlyMap<string, number>) =>
    new Map([...each].filter(([, position]) => position > projected))
  return {
    conversations: beyond(batch.conversations),
    leads: beyond(batch.leads),
    ringing: beyond(batch.ringing),
    hot: new Map([...batch.hot].filter(([, { position }]) => position > projected)),
  }
}

/** Puts a batch back onto the desk, beside what has come meanwhile. Answers whether there was anything. */
export function giveBack(desk: Desk, batch: Touched): boolean {
  for (const pile of ['conversations', 'leads', 'ringing'] as const) {
    for (const [name, position] of batch[pile]) {
      remember(desk, pile, [name, Math.max(position, desk[pile].get(name) ?? 0)])
    }
  }
  for (const [name, alert] of batch.hot) if (!desk.hot.has(name)) desk.hot.set(name, alert)
  return batch.conversations.size + batch.leads.size > 0
}

function remember(
  desk: Desk,
  pile: 'conversations' | 'leads' | 'ringing',
  [name, position]: readonly [string, number],
): void {
  desk[pile].set(name, position)
  if (desk[pile].size <= touchedMax) return
  desk[pile].clear()
  desk.missed = true
}
