import type { Clock } from '#runtime/ports/clock.ts'
import type { Ids } from '#runtime/ports/ids.ts'
import { Agenda } from './agenda.ts'
import {
  delayDefaults,
  leadAdsDefaults,
  limitDefaults,
  type Business,
  type Delays,
  type LeadAds,
  type Limits,
} from './business.ts'
import { CallLog, type GraphCall } from './call-log.ts'
import { templateBody } from './changes.ts'
import { Controls, type Control, type ControlState } from './controls.ts'
import { Feed } from './feed.ts'
import { Leads, type Lead } from './leads.ts'
import { Media } from './media.ts'
import { createMinting, type Minting } from './minting.ts'
import { firstPeople, People, type NewPerson, type Person } from './people.ts'
import { PhoneState, type PhoneMessage } from './phone-state.ts'
import { Rates } from './rates.ts'
import type { SendParts } from './send-rules.ts'
import { StatusTeller } from './status-teller.ts'
import { Subscriptions, type Callbacks } from './subscriptions.ts'
import { firstTemplates } from './template-shape.ts'
import { Templates, type Template } from './templates.ts'
import { WebhookSender, type Webhook } from './webhook-sender.ts'

/** What the emulator is made of. What is left out has a default. */
export interface WorldOptions {
  readonly clock: Clock
  /** With the same source the emulator makes the same ids; take a new one each time where ids are remembered. */
  readonly ids: Pick<Ids, 'random'>
  readonly appSecret: string
  readonly verifyToken: string
  readonly accessToken: string
  readonly business: Business
  readonly leadAds?: LeadAds
  /** The app's own addresses; the app counts as subscribed when it has one. */
  readonly callbacks?: Callbacks
  readonly people?: readonly NewPerson[]
  readonly delays?: Partial<Delays>
  readonly limits?: Partial<Limits>
}

/** What the page hears of. Each change carries the whole thing that changed. */
export type Change =
  | { readonly type: 'message'; readonly message: PhoneMessage }
  | { readonly type: 'typing'; readonly person: string; readonly untilMs: number }
  | { readonly type: 'webhook'; readonly webhook: Webhook }
  | { readonly type: 'call'; readonly call: GraphCall }
  | { readonly type: 'controls'; readonly controls: readonly ControlState[] }
  | { readonly type: 'person'; readonly person: Person }
  | { readonly type: 'lead'; readonly lead: Lead }

/** Everything Meta knows and does here; the HTTP sides and the phones work on it. */
export interface World extends SendParts {
  readonly options: WorldOptions
  readonly leadAds: LeadAds
  readonly delays: Delays
  readonly minting: Minting
  readonly agenda: Agenda
  readonly feed: Feed<Change>
  readonly leads: Leads
  readonly calls: CallLog
  readonly subscriptions: Subscriptions
  readonly sender: WebhookSender
  readonly teller: StatusTeller
  /** The person as webhooks show them now. Throws when there is none. */
  readonly shown: (person: string) => Person
  close(): void
}

/** Makes it with its first people and templates; nothing of it listens yet. */
export function createWorld(options: WorldOptions): World {
  const { clock, business } = options
  const delays = { ...delayDefaults, ...options.delays }
  const limits = { ...limitDefaults, ...options.limits }
  const minting = createMinting(options.ids)
  const feed = new Feed<Change>()
  const agenda = new Agenda(clock)
  const people = new People(minting)
  const phones = new PhoneState((message) => feed.tell({ type: 'message', message }))
  const stopping = new AbortController()
  const subscriptions = new Subscriptions({
    clock,
    minting,
    callbacks: options.callbacks ?? {},
    signal: stopping.signal,
  })
  const controls: Controls = new Controls({
    clock,
    downMs: delays.downMs,
    onChange(control, now) {
      feed.tell({ type: 'controls', controls: controls.states() })
      obey(world, control, now)
    },
  })
  const sender = new WebhookSender({
    clock,
    agenda,
    appSecret: options.appSecret,
    delays,
    isPressed: (control) => controls.isPressed(control),
    callbackFor: (field, object) => subscriptions.callbackFor(field, object),
    onChange: (webhook) => feed.tell({ type: 'webhook', webhook }),
  })
  const shown = (id: string): Person => shownOf(world, id)
  const world: World = {
    options,
    clock,
    business,
    delays,
    limits,
    minting,
    feed,
    agenda,
    people,
    phones,
    subscriptions,
    controls,
    sender,

    leadAds: options.leadAds ?? leadAdsDefaults,
    calls: new CallLog((call) => feed.tell({ type: 'call', call })),
    shown,
    templates: new Templates(minting, (template) => tellTemplate(world, template)),
    teller: new StatusTeller({ clock, limits, controls, phones, agenda, business, delays, sender, shown }),
    leads: new Leads(minting),
    media: new Media(clock, limits, minting),
    rates: new Rates(clock, limits),
    close() {
      stopping.abort()
      for (const part of [agenda, controls, sender]) part.close()
    },
  }
  for (const person of options.people ?? firstPeople) people.add(person)
  for (const template of firstTemplates) world.templates.add(template, 'APPROVED')
  return world
}

/** What pressing or releasing does at once; the rest is asked of the controls when it matters. */
function obey({ templates, teller, sender }: World, control: Control, now: 'pressed' | 'released'): void {
  if (control === 'template-paused') {
    const [from, to] = now === 'pressed' ? (['APPROVED', 'PAUSED'] as const) : (['PAUSED', 'APPROVED'] as const)
    for (const { id, status } of templates.all()) if (status === from) templates.setStatus(id, to)
  }
  if (control === 'held' && now === 'released') teller.release()
  if (control === 'down' && now === 'released') sender.resume()
}

function shownOf({ people, controls }: World, id: string): Person {
  const person = people.find(id)
  if (person === undefined) throw new Error(`there is no customer ${id}`)
  return controls.isPressed('username-only') ? { ...person, shows: 'user-id' } : person
}

function tellTemplate({ business, clock, sender }: World, template: Template): void {
  const body = templateBody(business, template, clock.nowMs())
  sender.tell({ field: 'message_template_status_update', about: `${template.name}: ${template.status}`, body })
}
