/**
 * What the dispatch has to do with the account it goes out through. M35: the account is asked before the gate, anew after every wait, and hears what an error
 * says of it; a message that the provider refused because of the account is kept, and uses up none of its tries.
 */
import { stopsSender } from './account-access.ts'
import type { AccountDecision, AccountRequest } from './account-contract.ts'
import { accountId } from './account-writing.ts'
import type { DispatchPen, DispatchContext } from './dispatch-context.ts'
import type { ProviderAction, ProviderError, Transmitted } from './dispatch-contract.ts'
import { neighbour } from './hosted.ts'

/** What an error says of the account, and not of the message or the person. */
const ofAccount: readonly ProviderAction[] = ['back-off', 'pause-campaigns', 'block-templates', 'pause-template']

/** M35 */
export function askAccount(pen: DispatchPen): void {
  const { address, reach, purpose, sender, content, asks = 0 } = pen.context
  const isTemplate = content.kind === 'template'
  if (isTemplate) pen.change({ asks: asks + 1 })
  const request: AccountRequest = {
    dispatch: address,
    ...(isTemplate ? { ask: asks + 1 } : {}),
    person: reach.userId ?? reach.phone ?? '',
    purpose,
    sender,
    ...(content.kind === 'template'
      ? { template: { name: content.name, language: content.language, variables: content.variables.length } }
      : {}),
  }
  pen.send(accountOf(pen.context), { type: 'account.asked', request })
}

/** Whether the account counts this message is remembered, until it is known whether it went out. */
export function remember(pen: DispatchPen, decision: AccountDecision): void {
  pen.change({ counted: decision.outcome === 'send' && decision.counted })
}

/** M48: whether the account answers what it was asked last. */
export function isAnswer({ asks }: DispatchContext, { ask }: { readonly ask?: number }): boolean {
  return ask === undefined || ask === asks
}

/** M48: a yes that comes when nobody waits for it any more. */
export function giveBackLate(pen: DispatchPen, decision: AccountDecision): void {
  if (decision.outcome !== 'send' || !decision.counted || pen.context.counted === true) return
  pen.change({ counted: true })
  settleAccount(pen, false)
}

/** Tells an account that counts this message whether it went out. */
export function settleAccount(pen: DispatchPen, went: boolean): void {
  if (pen.context.counted !== true) return
  pen.change({ counted: false })
  pen.send(accountOf(pen.context), { type: 'account.settled', dispatch: pen.context.address, went })
}

/** Tells the account what an error says of it. */
export function tellAccount(pen: DispatchPen, error: ProviderError, forMs?: number): void {
  if (!stopsSender(error) && !ofAccount.includes(error.action)) return
  const { content } = pen.context
  const template = content.kind === 'template' ? { template: { name: content.name, language: content.language } } : {}
  const wait = forMs === undefined ? {} : { forMs }
  pen.send(accountOf(pen.context), { type: 'account.troubled', error, ...wait, ...template })
}

/** M35: the call was refused because of the account, and would have been for any message. */
export function isKept(output: Transmitted | undefined): boolean {
  return output?.outcome === 'refused' && (stopsSender(output) || output.action === 'block-templates')
}

/** M35 */
export function mayTryAgain({ attempt, settings }: DispatchContext, output: Transmitted | undefined): boolean {
  return attempt < settings.attemptsMax || (output?.outcome === 'later' && output.whose !== undefined)
}

function accountOf({ address, channel, reach }: DispatchContext): string {
  return neighbour(address, 'account', accountId(channel, reach.account))
}
