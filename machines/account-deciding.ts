/** What an account answers to a message that wants to go out through it. Pure. */
import type {
  AccountDecision,
  AccountHoldReason,
  AccountRequest,
  AccountSettings,
  Brake,
  BrakeName,
  Brakes,
} from './account-contract.ts'
import { reaching, type Reached } from './account-reached.ts'

/** What is remembered of a template: enough to decide by. */
export interface KnownTemplate {
  readonly status: string
  readonly category: string
  readonly variables: number
  readonly header?: string
  /** Of all of it, so that a change is seen. */
  readonly print: string
  /** The reading that found it last. */
  readonly reading: string
}

/** What an account knows, as far as decisions go by it. */
export interface AccountKnowledge {
  readonly settings: AccountSettings
  readonly brakes: Brakes
  /** By `templateKey`. */
  readonly templates: { readonly [key: string]: KnownTemplate }
  /** All of them have been read once: what is not among them is not there. */
  readonly templatesKnown: boolean
  readonly limit: number
  readonly reached: Reached
  /** The actor that counts people for all numbers of the portfolio; absent while none is known. */
  readonly portfolio?: string
}

/** The key of a template in an account. */
export function templateKey({ name, language }: { readonly name: string; readonly language: string }): string {
  return `${name}/${language}`
}

/**
 * Decides about one message, and says who has been written to if it goes out. A template that does not fit is refused whatever else keeps it back. No decision:
 * the portfolio is to be asked, which counts for all its numbers.
 */
export function decideAccount(
  known: AccountKnowledge,
  request: AccountRequest,
  atMs: number,
): { readonly decision?: AccountDecision; readonly reached: Reached } {
  const { reached } = known
  const refused = misfit(known, request)
  if (refused !== undefined) return { decision: refused, reached }
  const held = braked(known, request, atMs)
  if (held !== undefined) return { decision: held, reached }
  if (request.template === undefined) return { decision: { outcome: 'send', counted: false }, reached }
  if (known.portfolio !== undefined) return { reached }
  const fits = reaching(reached, request, { atMs, limit: known.limit })
  if ('reached' in fits) {
    const counted = Object.hasOwn(fits.reached.open, request.dispatch)
    return { decision: { outcome: 'send', counted }, reached: fits.reached }
  }
  const words = `only ${known.limit} people a day may be written to first, and they have been`
  return { decision: hold('portfolio-limit', { untilMs: fits.fullUntilMs, words }), reached }
}

function misfit(known: AccountKnowledge, { template }: AccountRequest): AccountDecision | undefined {
  if (template === undefined) return undefined
  const { name, language, variables } = template
  const called = `the template ${name} (${language})`
  const found = known.templates[templateKey(template)]
  const instead = suggestion(known, template)
  if (found === undefined) {
    if (!known.templatesKnown) return undefined
    return { outcome: 'refuse', reason: 'template-unknown', words: `there is no ${called.slice(4)}${instead}` }
  }
  if (found.status !== 'APPROVED') {
    const words = `${called} is ${found.status.toLowerCase()} at the provider${instead}`
    return { outcome: 'refuse', reason: 'template-paused', words }
  }
  if (found.variables === variables) return undefined
  const words = `${called} has ${found.variables} variables, and ${variables} were given`
  return { outcome: 'refuse', reason: 'template-mismatch', words }
}

/** Another approved template that could be meant, in the same language: of the same kind and with as many variables, if there is one. */
function suggestion(known: AccountKnowledge, wanted: { readonly name: string; readonly language: string }): string {
  const asked = known.templates[templateKey(wanted)]
  const others = Object.entries(known.templates).filter(([key, { status }]) => {
    return status === 'APPROVED' && key.endsWith(`/${wanted.language}`) && key !== templateKey(wanted)
  })
  const likeness = ({ category, variables }: KnownTemplate) =>
    asked === undefined ? 0 : Number(category === asked.category) * 2 + Number(variables === asked.variables)
  const [best] = others.toSorted(([, one], [, other]) => likeness(other) - likeness(one))
  return best === undefined ? '' : `: use ${best[0].slice(0, -wanted.language.length - 1)} instead`
}

const holdReasons: { readonly [name in BrakeName]: AccountHoldReason } = {
  stopped: 'sender-stopped',
  slowed: 'sender-slowed',
  campaigns: 'campaigns-paused',
  templates: 'templates-blocked',
}

function braked(known: AccountKnowledge, request: AccountRequest, atMs: number): AccountDecision | undefined {
  const isCampaign = request.purpose === 'marketing' && request.sender !== 'member'
  const concern: readonly BrakeName[] = [
    'stopped',
    ...(request.template === undefined ? [] : (['templates'] as const)),
    ...(isCampaign ? (['campaigns'] as const) : []),
    'slowed',
  ]
  const name = concern.find((each) => known.brakes[each] !== undefined)
  const brake: Brake | undefined = name && known.brakes[name]
  if (name === undefined || brake === undefined) return undefined
  const untilMs = brake.untilMs ?? atMs + known.settings.holdMaxMs
  return hold(holdReasons[name], { untilMs: Math.min(untilMs, atMs + known.settings.holdMaxMs), words: brake.reason })
}

function hold(
  reason: AccountHoldReason,
  { untilMs, words }: { readonly untilMs: number; readonly words: string },
): AccountDecision {
  return { outcome: 'hold', untilMs, reason, words }
}
