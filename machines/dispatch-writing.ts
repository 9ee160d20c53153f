/**
 * What the dispatch's actions write. M24: a message goes out only after the gate has let it through, asked anew after every wait. M25: a call whose end nobody
 * knows is never made again: a status settles it, or a person. M26: what a provider tells only rises, and a failure beside it is kept.
 */
import type {
  DispatchEvent,
  DispatchFacts,
  DispatchStatus,
  OutgoingContent,
  ProviderError,
  ProviderStatus,
  Transmission,
  Transmitted,
} from './dispatch-contract.ts'
import type { BudgetReason } from './budget-contract.ts'
import type { AccountReason } from './account-contract.ts'
import { blocked } from './content-guard.ts'
import { remember, settleAccount, tellAccount } from './dispatch-account.ts'
import { costOf, isUnpaid, learnPrice, refund, reserve, settleBudget } from './dispatch-budget.ts'
import type { DispatchContext, DispatchPen } from './dispatch-context.ts'
import type { OutreachReason, OutreachRequest } from './outreach-contract.ts'

type Of<Type extends DispatchEvent['type']> = Extract<DispatchEvent, { readonly type: Type }>

/** A provider's 4^X ends here. */
const waitMaxMs = 60 * 60 * 1000
/** Nobody is asked again sooner. */
const waitMinMs = 1000
/** A keeper that gave no word is asked again after this. */
const noWordMs = 60_000
const previewMax = 200
const reasonMax = 300

/** How far a provider has got; only rises. `failed` stands beside it. */
const rank: { readonly [status in ProviderStatus]: number } = { failed: 0, sent: 1, delivered: 2, read: 3, played: 4 }

export function take(pen: DispatchPen, event: Of<'dispatch.asked'>): void {
  const { conversation, lead, n, epoch, channel, reach, content, purpose, sender, replyTo = '' } = event
  const reaction = event.reaction === undefined ? {} : { reaction: event.reaction }
  pen.change({ conversation, lead, n, epoch, channel, reach, content, purpose, sender, replyTo, wantedAtMs: pen.atMs })
  pen.change({ ...reaction, ...pricedBy(event) })
  const preview = previewOf(content).slice(0, previewMax)
  pen.fact('dispatch-asked', { conversation, lead, n, channel, purpose, sender, preview, ...reaction })
}

/** M49: whether somebody who is no member wants to say what must not be said. */
export function blockedIn(
  { settings }: DispatchContext,
  { sender, content }: Of<'dispatch.asked'>,
): string | undefined {
  const { bannedPhrases = [], linkHosts = [] } = settings
  return sender === 'member' ? undefined : blocked(content, { bannedPhrases, linkHosts })
}

/** M49: it never goes out. Whom the assistant owed this answer is handed to a person. */
export function block(pen: DispatchPen, event: Of<'dispatch.asked'>): void {
  const { conversation, sender } = pen.context
  withhold(pen, { outcome: 'refuse', reason: 'content-blocked', words: blockedIn(pen.context, event) ?? '' })
  if (sender === 'assistant') pen.send(conversation, { type: 'person.requested' })
}

/** What a message takes along of what it costs. */
function pricedBy({ rates, campaign }: Of<'dispatch.asked'>): Partial<DispatchContext> {
  return { ...(rates === undefined ? {} : { rates }), ...(campaign === undefined ? {} : { campaign }) }
}

/** What the account said, kept with its reason unless it lets the message through. */
export function hearAccount(pen: DispatchPen, { decision }: Of<'account.decided'>): void {
  remember(pen, decision)
  if (decision.outcome !== 'send') withhold(pen, decision)
}

/** What a budget said. That it still does not reach is said once; M48: what others had let through is given back meanwhile. */
export function hearBudget(pen: DispatchPen, event: Of<'budget.decided'>): void {
  const { decision } = event
  if (decision.outcome === 'reserve') return reserve(pen, event)
  giveAllBack(pen)
  if (decision.outcome === 'refuse') return withhold(pen, decision)
  if (pen.context.unpaid === true) return pen.change({ waitMs: waitUntil(pen, decision.untilMs) })
  pen.change({ unpaid: true })
  withhold(pen, decision)
}

/** M34, M46: a keeper that does not answer is asked again later; what it has to count does not go out without its word. */
export function missKeeper(pen: DispatchPen, keeper: 'account' | 'budget'): void {
  giveAllBack(pen)
  pen.change({ waitMs: noWordMs })
  say(pen, 'waiting', { reason: `the ${keeper} could not be asked` })
}

/** M48: also by the gate, where it has spoken already. */
function giveAllBack(pen: DispatchPen): void {
  if (pen.context.gated !== true) return settle(pen, false)
  pen.change({ gated: false })
  release(pen)
}

interface Withheld {
  readonly outcome: 'hold' | 'refuse'
  readonly reason: AccountReason | BudgetReason | 'content-blocked'
  readonly words: string
  readonly untilMs?: number
}

function withhold(pen: DispatchPen, { outcome, reason, words, untilMs }: Withheld): void {
  const { conversation, lead, n } = pen.context
  const until = untilMs === undefined ? {} : { untilMs }
  pen.change({ waitMs: untilMs === undefined ? 0 : waitUntil(pen, untilMs) })
  pen.fact('dispatch-decided', { conversation, lead, n, outcome, reason, ...until })
  if (outcome === 'hold') say(pen, 'waiting', { reason: words })
  else end(pen, 'failed', { reason: words })
}

function waitUntil({ atMs }: DispatchPen, untilMs: number): number {
  return Math.max(waitMinMs, untilMs - atMs)
}

/** M24 */
export function askGate(pen: DispatchPen): void {
  const { address, conversation, lead, channel, purpose, sender, content } = pen.context
  const template = content.kind === 'template'
  const request: OutreachRequest = {
    dispatch: address,
    conversation,
    channel,
    purpose,
    sender,
    template,
    wantedAtMs: pen.context.paidAtMs ?? pen.context.wantedAtMs,
  }
  pen.send(lead, { type: 'outreach.asked', request })
}

/** What the gate said, kept with its reason. A refusal is the end of it. */
export function decided(pen: DispatchPen, event: Of<'outreach.decided'>): void {
  const { conversation, lead, n } = pen.context
  const { outcome, reason, untilMs } = event
  pen.change({ waitMs: Math.max(0, (untilMs ?? pen.atMs) - pen.atMs) })
  const until = untilMs === undefined ? {} : { untilMs }
  pen.fact('dispatch-decided', { conversation, lead, n, outcome, reason, ...until })
  if (pen.context.rates !== undefined) {
    const { windowOpen = false, freeEntry = false } = event
    pen.change({ windowOpen, freeEntry, gated: outcome === 'send' && isUnpaid(pen.context, event) })
  }
  if (outcome === 'hold') settle(pen, false)
  if (outcome === 'refuse') end(pen, 'failed', { reason: refusals[reason] ?? reason })
}

export function begin(pen: DispatchPen): void {
  pen.change({ attempt: pen.context.attempt + 1 })
  say(pen, 'sending')
}

/** What the host is asked to send. */
export function transmission(context: DispatchContext): Transmission {
  const { address, conversation, channel, reach, content, purpose, sender, epoch, attempt, replyTo } = context
  const answers = replyTo === '' ? {} : { replyTo }
  const meant = purpose === 'service' ? {} : { purpose }
  return { dispatch: address, conversation, channel, reach, content, sender, ...meant, epoch, attempt, ...answers }
}

export function accept(pen: DispatchPen, output: Transmitted | undefined): void {
  if (output?.outcome !== 'accepted') return
  pen.change({ providerId: output.providerId })
  settle(pen, true)
  if (output.held === undefined) say(pen, 'accepted')
  else say(pen, 'held-by-provider', { reason: output.held })
  tellSent(pen)
}

/** It was not sent, and will be tried again: the gate is asked anew, for much can change meanwhile. */
export function backOff(pen: DispatchPen, output: Transmitted | undefined): void {
  if (output?.outcome !== 'later') return
  const { afterMs, reason, whose, code = 0 } = output
  const { attempt } = pen.context
  if (whose === 'account') {
    // The account keeps it back for as long as the provider wants, and tells it when that is over sooner.
    tellAccount(pen, { code, action: 'back-off', reason }, afterMs)
    return wait(pen, waitMinMs, reason)
  }
  wait(pen, whose === 'pace' ? afterMs : Math.min(waitMaxMs, afterMs * 4 ** (attempt - 1)), reason)
}

/** It was not sent for a reason that is the account's: it waits with it. */
export function keep(pen: DispatchPen, output: Transmitted | undefined): void {
  if (output?.outcome !== 'refused') return
  const { code, action, reason } = output
  tellAccount(pen, { code, action, reason })
  wait(pen, waitMinMs, reason)
}

function wait(pen: DispatchPen, waitMs: number, reason: string): void {
  pen.change({ waitMs })
  say(pen, 'waiting', { reason })
  release(pen)
}

export function refuse(pen: DispatchPen, output: Transmitted | undefined): void {
  if (output === undefined || output.outcome === 'accepted') return
  if (output.outcome === 'refused') learn(pen, output)
  const code = output.outcome === 'refused' ? { code: output.code } : {}
  end(pen, output.outcome === 'superseded' ? 'superseded' : 'failed', { reason: output.reason, ...code })
}

/** M25: it may be with the customer. */
export function doubt(pen: DispatchPen, output: Transmitted | undefined): void {
  const reason = output?.outcome === 'ambiguous' ? output.reason : 'the call did not come back'
  settle(pen, true)
  say(pen, 'unknown', { reason })
  tellDoubt(pen, reason)
}

export function giveUp(pen: DispatchPen): void {
  const reason = 'nobody knows whether it arrived: ask the customer before you send it again'
  say(pen, 'unknown', { reason })
  tellFailed(pen, reason)
}

export function fail(pen: DispatchPen, reason: string): void {
  end(pen, 'failed', { reason })
}

/** M26 */
export function hear(pen: DispatchPen, event: Of<'provider.told'>): void {
  const { status, providerId, error, category, billable } = event
  const before = pen.context
  if (before.providerId === '') pen.change({ providerId })
  settle(pen, true)
  const extras = {
    ...(category === undefined ? {} : { category }),
    ...(billable === undefined ? {} : { billable }),
  }
  if (status === 'failed') {
    if (before.failed) return
    pen.change({ failed: true })
    if (!isReached(before.status)) refund(pen)
    const reason = error?.reason ?? 'the provider could not deliver it'
    if (error !== undefined) learn(pen, error)
    say(pen, isReached(before.status) ? before.status : 'failed', {
      reason,
      ...(error === undefined ? {} : { code: error.code }),
    })
    if (!isReached(before.status)) release(pen)
    return tellFailed(pen, reason)
  }
  const isPriced = learnPrice(pen, event)
  if (isProvider(before.status) && rank[status] <= rank[before.status]) {
    if (isPriced) say(pen, before.status, extras)
    return
  }
  say(pen, status, extras)
  if (!isWithProvider(before.status)) tellSent(pen)
  // What is laid over a message is not read or delivered as one.
  if (status === 'sent' || pen.context.reaction !== undefined) return
  const type = status === 'delivered' ? 'receipt.delivered' : 'receipt.read'
  pen.send(pen.context.conversation, { type, upTo: pen.context.n })
}

/** It did not go out, and does not count. */
function end(pen: DispatchPen, status: DispatchStatus, why: { readonly reason: string; readonly code?: number }): void {
  say(pen, status, why)
  release(pen)
  tellFailed(pen, why.reason)
}

/** Those who count this message are told whether it went out. */
function settle(pen: DispatchPen, went: boolean): void {
  settleAccount(pen, went)
  settleBudget(pen, went)
}

function release(pen: DispatchPen): void {
  settle(pen, false)
  const { lead, address } = pen.context
  pen.send(lead, { type: 'outreach.released', dispatch: address })
}

type Why = Partial<Pick<DispatchFacts['dispatch-changed'], 'reason' | 'code' | 'category' | 'billable'>>

function say(pen: DispatchPen, status: DispatchStatus, why: Why = {}): void {
  pen.change({ status })
  const { conversation, lead, n, attempt, providerId } = pen.context
  const reason = why.reason === undefined ? {} : { reason: why.reason.slice(0, reasonMax) }
  const id = providerId === '' ? {} : { providerId }
  const cost = costOf(pen.context)
  const costs = cost === undefined ? {} : { cost }
  pen.fact('dispatch-changed', { conversation, lead, n, status, attempt, ...why, ...reason, ...id, ...costs })
}

function tellSent(pen: DispatchPen): void {
  const { conversation, n, providerId, reaction } = pen.context
  if (reaction === undefined) pen.send(conversation, { type: 'delivery.sent', n, providerId })
  else pen.send(conversation, { type: 'reaction.sent', reaction })
}

/** M54: a reaction can be given again, so nobody waits for a status that settles it. */
function tellDoubt(pen: DispatchPen, reason: string): void {
  const { conversation, reaction } = pen.context
  if (reaction !== undefined) pen.send(conversation, { type: 'reaction.failed', reaction, reason, doubted: true })
}

function tellFailed(pen: DispatchPen, why: string): void {
  const { conversation, n, reaction } = pen.context
  const reason = why.slice(0, reasonMax)
  if (reaction === undefined) pen.send(conversation, { type: 'delivery.failed', n, reason })
  else pen.send(conversation, { type: 'reaction.failed', reaction, reason })
}

/** What an error of the provider's says of the person, for the gate, and of the account. */
function learn(pen: DispatchPen, { code, action, reason }: ProviderError): void {
  const { lead, channel } = pen.context
  tellAccount(pen, { code, action, reason })
  if (action === 'opt-out') {
    const consent = { state: 'withdrawn', atMs: pen.atMs, source: 'provider-error', proof: reason.slice(0, reasonMax) }
    pen.send(lead, { type: 'consent.said', scope: `${channel}:marketing`, consent })
  }
  if (action === 'unreachable') pen.send(lead, { type: 'channel.failed', channel })
  if (action === 'no-marketing-today') pen.send(lead, { type: 'channel.paused', channel, forMs: dayMs })
}

const dayMs = 24 * 60 * 60 * 1000

function isProvider(status: DispatchStatus): status is ProviderStatus {
  return Object.hasOwn(rank, status)
}

/** The conversation knows that it is on its way. */
function isWithProvider(status: DispatchStatus): boolean {
  return status === 'accepted' || status === 'held-by-provider' || (isProvider(status) && status !== 'failed')
}

function isReached(status: DispatchStatus): boolean {
  return isProvider(status) && rank[status] >= rank.delivered
}

function previewOf(content: OutgoingContent): string {
  switch (content.kind) {
    case 'text':
    case 'link':
    case 'location-request':
    case 'contact-request':
    case 'flow':
      return content.text
    case 'reaction':
      return content.emoji
    case 'template':
      return content.preview
    case 'media':
      return content.caption ?? content.filename ?? content.media
    case 'location':
      return content.name ?? `${content.latitude}, ${content.longitude}`
  }
}

/** The gate's refusals in words, for the transcript. */
const refusals: { readonly [reason in OutreachReason]?: string } = {
  'opted-out': 'the customer has asked not to be written to',
  'no-consent': 'the customer has not agreed to messages of this kind',
  'window-closed': 'the customer last wrote more than 24 hours ago: send a template',
  'nothing-to-answer': 'the customer has said stop and has not written since',
  unreachable: 'the customer can not be reached by this channel',
  'too-late': 'it would have had to wait too long',
}
