import { addressOf } from '#runtime/address.ts'
import type { NewEvent } from '#runtime/event.ts'
import type { AccountEvent } from '#machines/account-contract.ts'
import { accountId } from '#machines/account-writing.ts'
import { maybe } from '../../read-models/shape.ts'
import { eventOf } from '../../submit.ts'
import { fieldsIn, numberIn, wordsIn } from './json-fields.ts'
import type { WhatsAppUpdate } from './update.ts'

/** A number as what is told of its business finds it. */
export interface OwnNumber {
  readonly business: string
  readonly account: string
  readonly displayNumber: string
}

export type AccountNews = Extract<WhatsAppUpdate, { readonly kind: 'account-error' | 'template' | 'notice' }>

/** An error of the account that comes so late says nothing of now. */
const errorFreshMs = 10 * 60 * 1000

/** What is told of an account or of its business, as events of the accounts it concerns; the same told again changes nothing. */
export function accountEvents(
  update: AccountNews,
  where: { readonly workspace: string; readonly numbers: readonly OwnNumber[]; readonly nowMs: number },
): readonly NewEvent[] {
  const { kind, toldAtMs } = update
  return concerned(update, where.numbers).flatMap(({ account }) =>
    eventsIn(update, where.nowMs).map((event, index) => {
      const to = addressOf(where.workspace, 'account', accountId('whatsapp', account))
      const id = toldAtMs === undefined ? {} : { id: `whatsapp:${kind}:${labelOf(update)}:${index}:${toldAtMs}` }
      return { to, event: eventOf(event), ...id }
    }),
  )
}

function concerned(update: AccountNews, numbers: readonly OwnNumber[]): readonly OwnNumber[] {
  if (update.kind === 'account-error') return numbers.filter(({ account }) => account === update.account)
  const ours = numbers.filter(({ business }) => business === update.business)
  const digits = update.kind === 'notice' ? digitsOf(detailsOf(update.details).display_phone_number) : ''
  const named = ours.filter(({ displayNumber }) => digits !== '' && digitsOf(displayNumber) === digits)
  return named.length === 0 ? ours : named
}

function eventsIn(update: AccountNews, nowMs: number): readonly AccountEvent[] {
  switch (update.kind) {
    case 'account-error': {
      if (update.toldAtMs !== undefined && update.toldAtMs < nowMs - errorFreshMs) return []
      return update.errors.map((error) => ({ type: 'account.troubled', error }))
    }
    case 'template': {
      const { what, name, language, value, reason } = update
      return [{ type: 'account.template-told', what, name, language, value, ...maybe('reason', reason) }]
    }
    case 'notice': {
      const { field, details } = update
      const said = detailsOf(details)
      const quality = field === 'phone_number_quality_update' ? wordsIn(said.event, 40) : undefined
      return [
        { type: 'account.noticed', field, details, ...maybe('quality', quality), ...maybe('limit', limitIn(said)) },
      ]
    }
  }
}

/** How many people a day may be written to first. Meta writes it as `TIER_2K`, or as a number, which is -1 for all. */
function limitIn(said: ReturnType<typeof fieldsIn>): number | undefined {
  const told = said.current_limit ?? said.max_daily_conversations_per_business ?? said.max_daily_conversation_per_phone
  const number = numberIn(told)
  if (number !== undefined) return number < 0 ? unlimited : number
  const tier = /^TIER_(?:(\d+)(K?)|(UNLIMITED))$/u.exec(wordsIn(told, 40) ?? '')
  if (tier === null) return undefined
  return tier[3] === undefined ? Number(tier[1]) * (tier[2] === 'K' ? 1000 : 1) : unlimited
}

const unlimited = 1_000_000_000

function labelOf(update: AccountNews): string {
  if (update.kind === 'template') return `${update.templateId}:${update.what}:${update.value}`
  return update.kind === 'notice' ? update.field : update.errors.map(({ code }) => code).join('+')
}

function detailsOf(details: string): ReturnType<typeof fieldsIn> {
  try {
    return fieldsIn(JSON.parse(details))
  } catch {
    return fieldsIn(undefined)
  }
}

function digitsOf(text: unknown): string {
  return typeof text === 'string' ? text.replace(/\D/gu, '') : ''
}
