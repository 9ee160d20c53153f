import { addressOf, type Address } from '#runtime/address.ts'
import {
  accountDefaults,
  type AccountDecision,
  type AccountHoldReason,
  type BrakeName,
} from '#machines/account-contract.ts'
import { decideAccount, templateKey, type AccountKnowledge } from '#machines/account-deciding.ts'
import { nobody } from '#machines/account-reached.ts'
import { accountId } from '#machines/account-writing.ts'
import type { AccountStanding, ForecastPlan } from '#machines/outreach-forecast.ts'
import { GatewayError } from '../errors.ts'
import type { House } from '../house.ts'
import type { CampaignChannel, ForecastAccount, ForecastAsk } from '../protocol.ts'
import type { AccountDocument, TemplateDocument } from '../read-models/account-projection.ts'
import { collections } from '../read-models/collections.ts'
import { fromJson, maybe } from '../read-models/shape.ts'
import { dailyRoom } from './daily-room.ts'
import { nearest } from './nearest.ts'

/** What a forecast is counted by, and what staff are told of the account it goes out through. */
export interface Planned {
  readonly plan: ForecastPlan
  readonly account: ForecastAccount
}

type PlanHouse = Pick<House, 'connections' | 'channelDesks' | 'documents' | 'runtime'>

const sampleMax = 5
const templatesMax = 1000
const channelNames: { readonly [channel in CampaignChannel]: string } = {
  whatsapp: 'WhatsApp number',
  sms: 'SMS number',
  email: 'mailbox',
}

/** Makes a plan of what was asked. Throws a `GatewayError` that says what to do: no account, a template nobody knows or of another purpose. */
export async function planOf(house: PlanHouse, workspace: string, asked: ForecastAsk): Promise<Planned> {
  const { channel, purpose, template, perSecond, startAtMs } = asked
  const account = await accountFor(house, workspace, asked)
  const address = addressOf(workspace, 'account', accountId(channel, account.account))
  const known = await knowledgeOf(house, address)
  if (template !== undefined) assertTemplate(known, asked, template)
  const request = {
    dispatch: 'forecast',
    person: '',
    purpose,
    sender: 'campaign' as const,
    ...maybe('template', template && { ...template, variables: variablesOf(known, template) }),
  }
  const { decision = goes } = decideAccount(known, request, startAtMs)
  const daily = template === undefined ? undefined : await dailyRoom(house, address, startAtMs)
  const brake = decision.outcome === 'hold' ? brakeOf(known, decision.reason) : undefined
  const standing = decision.outcome === 'send' ? undefined : standingOf(decision, brake?.untilMs)
  return {
    plan: {
      channel,
      purpose,
      sender: 'campaign',
      template: template !== undefined,
      perSecond,
      sampleMax,
      ...maybe('account', standing),
      ...maybe('daily', daily),
    },
    account: { ...account, ...maybe('brake', brake), ...maybe('daily', daily) },
  }
}

/** People are counted over the whole campaign, and not for one message. */
const goes: AccountDecision = { outcome: 'send', counted: false }

type Verdict = Exclude<AccountDecision, { readonly outcome: 'send' }>

function standingOf(decision: Verdict, untilMs: number | undefined): AccountStanding {
  return decision.outcome === 'refuse'
    ? { outcome: 'refuse', reason: decision.reason }
    : { outcome: 'hold', reason: decision.reason, ...maybe('untilMs', untilMs) }
}

const brakeNames: { readonly [reason in AccountHoldReason]?: BrakeName } = {
  'sender-stopped': 'stopped',
  'sender-slowed': 'slowed',
  'campaigns-paused': 'campaigns',
  'templates-blocked': 'templates',
}

function brakeOf({ brakes }: AccountKnowledge, reason: AccountHoldReason): ForecastAccount['brake'] {
  const name = brakeNames[reason]
  const brake = name && brakes[name]
  if (brake === undefined) return undefined
  const { whatToDo, sinceMs, untilMs } = brake
  return { reason: brake.reason, whatToDo, sinceMs, ...maybe('untilMs', untilMs) }
}

async function accountFor(
  house: PlanHouse,
  workspace: string,
  { channel, account }: ForecastAsk,
): Promise<Pick<ForecastAccount, 'account' | 'name'>> {
  const connected = await accountsOf(house, workspace, channel)
  const found = account === undefined ? connected[0] : connected.find((each) => each.account === account)
  if (found !== undefined) return found
  const what = channelNames[channel]
  if (connected.length === 0) {
    throw new GatewayError('conflict', `No ${what} is connected: an admin connects one under Channels.`)
  }
  const others = connected.map((each) => each.name).join(', ')
  throw new GatewayError('invalid', `${account} is no ${what} of yours: choose one of ${others}.`)
}

async function accountsOf(
  { connections, channelDesks }: PlanHouse,
  workspace: string,
  channel: CampaignChannel,
): Promise<readonly Pick<ForecastAccount, 'account' | 'name'>[]> {
  if (channel === 'whatsapp') {
    const numbers = await connections.whatsapp(workspace)
    return numbers.map(({ account, displayNumber }) => ({ account, name: displayNumber || account }))
  }
  const held = (await channelDesks?.[channel].accounts.list(workspace)) ?? []
  return held.map(({ settings: { account } }) => ({ account, name: account }))
}

/** What the account's actor knows, as far as read models tell it. */
async function knowledgeOf({ documents }: PlanHouse, address: Address): Promise<AccountKnowledge> {
  const stored = await documents.get(collections.accounts, address)
  const { brakes = {}, templatesReadAtMs } = stored ? fromJson<AccountDocument>(stored.value) : {}
  const page = await documents.query({
    collection: collections.templates,
    where: [{ field: 'account', op: '=', value: address }],
    order: [{ field: 'label', direction: 'ascending' }],
    limit: templatesMax,
  })
  const templates = page.documents.map(({ value }) => {
    const each = fromJson<TemplateDocument>(value)
    const { status, category, variables, header } = each
    return [
      templateKey(each),
      { status, category, variables, print: '', reading: '', ...maybe('header', header) },
    ] as const
  })
  return {
    settings: accountDefaults,
    brakes,
    templates: Object.fromEntries(templates),
    templatesKnown: templatesReadAtMs !== undefined,
    limit: 0,
    reached: nobody,
  }
}

type NamedTemplate = NonNullable<ForecastAsk['template']>

function variablesOf({ templates }: AccountKnowledge, template: NamedTemplate): number {
  return templates[templateKey(template)]?.variables ?? 0
}

function assertTemplate(
  { templates }: AccountKnowledge,
  { channel, purpose }: ForecastAsk,
  template: NamedTemplate,
): void {
  if (channel !== 'whatsapp') throw new GatewayError('invalid', 'Only WhatsApp has templates: leave it out.')
  const { name, language } = template
  const found = templates[templateKey(template)]
  if (found === undefined) {
    const close = nearest(templateKey(template), Object.keys(templates))
    const instead =
      close === undefined
        ? 'None has been read from Meta yet: look at the number under Channels.'
        : `Did you mean ${close.replace(/\/([^/]*)$/u, ' ($1)')}?`
    throw new GatewayError('invalid', `There is no template ${name} (${language}). ${instead}`)
  }
  if (found.category === purpose) return
  throw new GatewayError(
    'invalid',
    `The template ${name} is for ${found.category}, not for ${purpose}: Meta bills and judges it as that.`,
  )
}
