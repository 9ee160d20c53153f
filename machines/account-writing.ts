/**
 * What the account's actions write. M32: what the provider has against an account keeps messages back, and none is lost for it: each is told to go on, or
 * asks again. M33: a template goes out only as the provider has it. M34: no more different people are written to first in any 24 hours than the provider allows, counted together for all numbers
 * of a portfolio where one is known.
 */
import { isAboutAccess } from './account-access.ts'
import type {
  AccountEvent,
  AccountFacts,
  AccountInput,
  AccountNotice,
  AccountTemplate,
  Brake,
  BrakeName,
} from './account-contract.ts'
import { decideAccount, templateKey, type AccountKnowledge, type KnownTemplate } from './account-deciding.ts'
import { nobody, settledWith, together } from './account-reached.ts'
import { fnv1a, identityId } from './contact-key.ts'
import { idOf, neighbour } from './hosted.ts'
import type { Pen } from './pen.ts'

type Of<Type extends AccountEvent['type']> = Extract<AccountEvent, { readonly type: Type }>

export interface AccountContext extends AccountKnowledge {
  readonly address: string
  readonly notices: readonly AccountNotice[]
  readonly quality: string
  /** The reading of templates that is going on, or was the last. */
  readonly reading: string
  /** Dispatches that are told when it goes on, the longest waiting first. */
  readonly waiting: readonly string[]
}

export type AccountPen = Pen<AccountContext, AccountFacts>

const wordsMax = 300
/** An account nothing was heard of. */
export function newAccount({ address, settings }: AccountInput): AccountContext {
  return {
    address,
    settings,
    brakes: {},
    templates: {},
    templatesKnown: false,
    limit: 0,
    reached: nobody,
    notices: [],
    quality: '',
    reading: '',
    waiting: [],
  }
}

/** The channel in the name of an actor that is no number but a portfolio of numbers. */
export const portfolioChannel = 'portfolio'

/** The id of the account actor of an account of ours at a channel's provider. */
export function accountId(channel: string, account: string): string {
  return identityId(`${channel}:${account}`)
}

export function decide(pen: AccountPen, { request }: Of<'account.asked'>): void {
  const { ask } = request
  const { decision, reached } = decideAccount(pen.context, request, pen.atMs)
  const others = pen.context.waiting.filter((each) => each !== request.dispatch)
  const waits = decision?.outcome === 'hold' && others.length < pen.context.settings.waitingMax
  pen.change({ reached, waiting: waits ? [...others, request.dispatch] : others })
  if (decision === undefined) tellPortfolio(pen, { type: 'account.asked', request })
  else pen.send(request.dispatch, { type: 'account.decided', decision, ...(ask === undefined ? {} : { ask }) })
}

export function settle(pen: AccountPen, event: Of<'account.settled'>): void {
  const { dispatch, went } = event
  pen.change({ reached: settledWith(pen.context.reached, event) })
  tellPortfolio(pen, { type: 'account.settled', dispatch, went })
}

/** M34: from now on the portfolio counts, and begins with whom this number has written to. */
export function joinPortfolio(pen: AccountPen, { portfolio }: Of<'account.portfolio-told'>): void {
  const { address, reached, limit } = pen.context
  const to = neighbour(address, 'account', accountId(portfolioChannel, portfolio))
  if (to === pen.context.portfolio || to === address) return
  pen.change({ portfolio: to, reached: nobody })
  tellPortfolio(pen, { type: 'account.joined', reached, limit })
}

/** M34: a portfolio hears of one more of its numbers. */
export function takeIn(pen: AccountPen, { reached, limit }: Of<'account.joined'>): void {
  pen.change({ reached: together(pen.context.reached, reached), ...(limit > 0 ? { limit } : {}) })
}

function tellPortfolio(pen: AccountPen, event: AccountEvent): void {
  if (pen.context.portfolio !== undefined) pen.send(pen.context.portfolio, event)
}

/** M32 */
export function brake(pen: AccountPen, name: BrakeName, event: Of<'account.troubled'>): void {
  const { code, reason } = event.error
  const untilMs = name === 'slowed' ? { untilMs: pen.atMs + (event.forMs ?? pen.context.settings.slowMs) } : {}
  const before = pen.context.brakes[name]
  const said: Brake = {
    code,
    reason: reason.slice(0, wordsMax),
    whatToDo: isOfMeta(pen) ? whatToDo(name, code) : whatToDoElsewhere(name),
    sinceMs: before?.sinceMs ?? pen.atMs,
    ...untilMs,
  }
  pen.change({ brakes: { ...pen.context.brakes, [name]: said } })
  if (before?.code !== code || name === 'slowed') tell(pen)
}

/** M32: it goes on, and who waited is told. */
export function release(pen: AccountPen, name: BrakeName): void {
  const { [name]: _over, ...brakes } = pen.context.brakes
  const { waiting } = pen.context
  pen.change({ brakes, waiting: [] })
  tell(pen)
  for (const each of waiting) pen.send(each, { type: 'account.opened' })
}

export function notice(pen: AccountPen, { field, details, quality, limit }: Of<'account.noticed'>): void {
  const noticed = { field, details, atMs: pen.atMs }
  const { notices, settings } = pen.context
  pen.change({
    notices: [...notices, noticed].slice(-settings.noticesMax),
    ...(quality === undefined ? {} : { quality }),
    ...(limit === undefined ? {} : { limit }),
  })
  pen.fact('account-noticed', noticed)
  if (limit !== undefined) tellPortfolio(pen, { type: 'account.joined', reached: nobody, limit })
  if (quality !== undefined || limit !== undefined) tell(pen)
}

/** What a webhook says of a template. Of one that is not known nothing can be said: it is read soon. */
export function hearOfTemplate(pen: AccountPen, event: Of<'account.template-told'>): void {
  const { what, value, reason, name, language } = event
  const known = pen.context.templates[templateKey(event)]
  if (known === undefined) return
  const told = what === 'category' ? { category: value.toLowerCase() } : what === 'status' ? { status: value } : {}
  keepTemplate(pen, templateKey(event), { ...known, ...told, print: '' })
  pen.fact('template-told', { name, language, what, value, ...(reason === undefined ? {} : { reason }) })
}

/** An error says that this template can't be sent as it is: it is paused until the provider is heard of it again. */
export function pauseTemplate(pen: AccountPen, { template, error }: Of<'account.troubled'>): void {
  if (template === undefined) return
  const { name, language } = template
  hearOfTemplate(pen, {
    type: 'account.template-told',
    what: 'status',
    value: 'PAUSED',
    name,
    language,
    reason: error.reason,
  })
}

/** M33 */
export function keepTemplates(pen: AccountPen, event: Of<'account.templates-read'>): void {
  const { reading, part, templates, last } = event
  if (part === 0) pen.change({ reading })
  if (reading !== pen.context.reading) return
  for (const template of templates) learn(pen, template, reading)
  if (last) forget(pen, reading)
}

function learn(pen: AccountPen, template: AccountTemplate, reading: string): void {
  const { name, language, status, variables, header } = template
  const key = templateKey(template)
  const before = pen.context.templates[key]
  const { settings, templates } = pen.context
  if (before === undefined && Object.keys(templates).length >= settings.templatesMax) return
  const print = fnv1a(JSON.stringify(template), 0x811c9dc5) + fnv1a(JSON.stringify(template), 0x01234567)
  const category = template.category.toLowerCase()
  keepTemplate(pen, key, { status, category, variables, ...(header === undefined ? {} : { header }), print, reading })
  if (before?.print !== print) pen.fact('template-changed', { template: { ...template, category, name, language } })
}

function forget(pen: AccountPen, reading: string): void {
  const all = Object.entries(pen.context.templates)
  const found = all.filter(([, each]) => each.reading === reading)
  pen.change({ templates: Object.fromEntries(found), templatesKnown: true })
  for (const [key] of all.filter(([, each]) => each.reading !== reading)) {
    const end = key.lastIndexOf('/')
    pen.fact('template-gone', { name: key.slice(0, end), language: key.slice(end + 1) })
  }
  pen.fact('templates-read', { count: found.length })
}

function keepTemplate(pen: AccountPen, key: string, template: KnownTemplate): void {
  pen.change({ templates: { ...pen.context.templates, [key]: template } })
}

function tell(pen: AccountPen): void {
  const { brakes, quality, limit } = pen.context
  pen.fact('account-changed', {
    brakes,
    ...(quality === '' ? {} : { quality }),
    ...(limit === 0 ? {} : { limit }),
  })
}

function isOfMeta({ context }: AccountPen): boolean {
  return !['sms', 'email'].some((channel) => idOf(context.address).startsWith(`${channel}:`))
}

function whatToDoElsewhere(name: BrakeName): string {
  return name === 'slowed'
    ? 'Nothing: it goes on by itself.'
    : 'Look at it under Channels: once its check is well it goes on.'
}

function whatToDo(name: BrakeName, code: number): string {
  if (name === 'slowed') return 'Nothing: it goes on by itself.'
  if (name === 'campaigns') return 'Look in WhatsApp Manager at the quality of the number, then let campaigns go on.'
  if (name === 'templates') return 'Mend the payment method in Meta’s Business settings, then let templates go on.'
  if (code === 0 || code === 190) return 'Make a new access token and save it under Channels.'
  if (code === 131031 || code === 368) return 'Ask Meta for a review in WhatsApp Manager, then let it go on.'
  if (code === 133010 || code === 133016)
    return 'Register the number in WhatsApp Manager, then check it under Channels.'
  if (isAboutAccess(code)) return 'Give the access token the missing permission, then check it under Channels.'
  return 'Mend what the check under Channels finds, then let it go on.'
}
