/**
 * Reading what the three pieces of work came back with. They cross a port as JSON, and a model may have written them:
 * anything that isn't what the contract says is `undefined`, which the machine takes as a failure and hands over.
 */
import type { ConversationContext } from './conversation-context.ts'
import type { Born, Draft, HandOffReason, Route, Verdict } from './conversation-contract.ts'
import { handOffPriority } from './conversation-contract.ts'

type Fields = { readonly [field: string]: unknown }

/** The router's answer in a completion, if it is one. */
export function routeIn(event: { readonly type: string }): Route | undefined {
  const output = outputOf(event)
  const sound = output !== undefined && typeof output['specialist'] === 'string' && isReason(output['handOff'])
  return sound ? (output as Fields & Route) : undefined
}

/** The specialist's draft in a completion, if it is one. A draft without words must hand over. */
export function draftIn(event: { readonly type: string }): Draft | undefined {
  const output = outputOf(event)
  if (output === undefined || typeof output['text'] !== 'string') return undefined
  const { handOff, cards, chips, claims, dialogue } = output
  const lists = [cards, chips, claims].every((each) => Array.isArray(each))
  if (!lists || !isFields(dialogue)) return undefined
  if (handOff === undefined) return output['text'].trim() === '' ? undefined : (output as Fields & Draft)
  return isFields(handOff) && handOff['reason'] !== undefined && isReason(handOff['reason'])
    ? (output as Fields & Draft)
    : undefined
}

/** The check's verdict in a completion, if it is one. */
export function verdictIn(event: { readonly type: string }): Verdict | undefined {
  const output = outputOf(event)
  const sound =
    output !== undefined &&
    typeof output['deliver'] === 'boolean' &&
    typeof output['confidence'] === 'number' &&
    Array.isArray(output['problems']) &&
    isReason(output['reason'])
  return sound ? (output as Fields & Verdict) : undefined
}

/** M1: whether a completion was made for the turn in flight, as far as it says. The host fences it as well. */
export function isStale(context: ConversationContext, event: { readonly type: string }): boolean {
  const { turn, epoch } = context
  if (turn === null || turn.epoch !== epoch) return true
  const born = outputOf(event)?.['born']
  if (!isFields(born)) return false
  const { turn: bornTurn, epoch: bornEpoch } = born as Fields & Born
  return bornTurn !== turn.turn || bornEpoch !== epoch
}

function outputOf(event: { readonly type: string }): Fields | undefined {
  return 'output' in event && isFields(event.output) ? event.output : undefined
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isReason(value: unknown): value is HandOffReason | undefined {
  return value === undefined || (typeof value === 'string' && Object.hasOwn(handOffPriority, value))
}
