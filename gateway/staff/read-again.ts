import { partsOf, type Address } from '#runtime/address.ts'
import type { NewEvent } from '#runtime/event.ts'
import { leadDefaults } from '#machines/lead-contract.ts'
import { readPageWebhook } from '../channels/meta/read-page-webhook.ts'
import { pageEventsOf, pageSubject } from '../channels/meta/take-in-page.ts'
import { readWebhook } from '../channels/whatsapp/read-webhook.ts'
import { eventsOf, whatsappSubject } from '../channels/whatsapp/take-in.ts'
import { readMail } from '../channels/email/read-mail.ts'
import { keptMail, mailSubject, takeMailIn } from '../channels/email/take-in.ts'
import { readSms } from '../channels/sms/read-sms.ts'
import { keptForm, smsEventsOf, smsSubject } from '../channels/sms/take-in.ts'
import type { House } from '../house.ts'
import { readCapturedLead } from '../lead-events/captured-lead.ts'
import type { Reading } from '../lead-events/cloud-event.ts'
import { readCloudEvent } from '../lead-events/read-cloud-event.ts'
import { leadCaptured } from '../lead-intake.ts'
import { maybe } from '../read-models/shape.ts'
import { eventOf } from '../submit.ts'

/** A message that was kept, as somebody gives it back. */
export interface GivenAgain {
  readonly letter: Address
  readonly subject: string
  readonly text: string
  /** When it came. */
  readonly keptAtMs: number
}

/** Reads what was kept by the door it first came to. Whatever is not right with it still is told. */
export async function readAgain(given: GivenAgain, house: House): Promise<Reading<readonly [NewEvent, ...NewEvent[]]>> {
  if (given.subject === whatsappSubject) return settled(await fromWhatsApp(given, house))
  if (given.subject === pageSubject) return settled(await fromPage(given, house))
  if (given.subject === smsSubject) return settled(await fromSms(given, house))
  if (given.subject === mailSubject) return await fromMail(given, house)
  return fromBus(given)
}

/** The provider tells no time of its own: it was said when it came. */
async function fromSms({ letter, text, keptAtMs }: GivenAgain, house: House): Promise<readonly NewEvent[]> {
  const { workspace } = partsOf(letter)
  const accounts = (await house.channelDesks?.sms.accounts.of(workspace)) ?? []
  const { fields, dispatch } = keptForm(text)
  return smsEventsOf(readSms(fields), {
    workspace,
    accounts: new Set(accounts.map(({ settings }) => settings.account)),
    ...maybe('dispatch', dispatch),
    raw: text,
    timeZone: house.config.workspaces[workspace]?.timeZone ?? 'UTC',
    nowMs: keptAtMs,
    isComplete: (words) => house.isComplete(words),
  })
}

async function fromMail(
  { letter, text }: GivenAgain,
  house: House,
): Promise<Reading<readonly [NewEvent, ...NewEvent[]]>> {
  const { workspace } = partsOf(letter)
  const mail = keptMail(text)
  if (mail === undefined) {
    return { ok: false, reasons: ['its first two lines have to be X-Mailbox and X-Received-At, as it was kept'] }
  }
  const desk = house.channelDesks?.email
  const mailboxes = (await desk?.accounts.of(workspace)) ?? []
  const { account, receivedAtMs, raw } = mail
  if (desk === undefined || !mailboxes.some(({ settings }) => settings.account === account)) {
    return { ok: false, reasons: [`the mailbox ${account.slice(0, 254)} is not connected to this workspace`] }
  }
  const timeZone = house.config.workspaces[workspace]?.timeZone ?? 'UTC'
  const taking = { workspace, account, marks: desk.marks, raw, timeZone, receivedAtMs }
  return settled(await takeMailIn(await readMail(raw, account), taking, desk.threads))
}

function fromBus({ letter, text }: GivenAgain): Reading<readonly [NewEvent]> {
  const event = readCloudEvent({ headers: structured, body: new TextEncoder().encode(text) })
  if (!event.ok) return event
  const { workspace } = partsOf(letter)
  const read = readCapturedLead(event.value, { workspace, countryCode: leadDefaults.countryCode })
  if (!read.ok) return read
  const lead = leadCaptured(read.value.to, read.value.profile, 'event')
  return { ok: true, value: [{ ...lead, event: eventOf(lead.event) }] }
}

const structured = { 'content-type': 'application/cloudevents+json' }

async function fromWhatsApp({ letter, text }: GivenAgain, house: House): Promise<readonly NewEvent[]> {
  const { workspace } = partsOf(letter)
  const numbers = await house.connections.whatsapp(workspace)
  return eventsOf(readWebhook(text), {
    workspace,
    numbers,
    accounts: new Set(numbers.map(({ account }) => account)),
    timeZone: house.config.workspaces[workspace]?.timeZone ?? 'UTC',
    nowMs: house.clock.nowMs(),
    isComplete: (words) => house.isComplete(words),
  })
}

async function fromPage({ letter, text }: GivenAgain, { pages: desk }: House): Promise<readonly NewEvent[]> {
  const { workspace } = partsOf(letter)
  const pages = (await desk?.pages(workspace)) ?? []
  return pageEventsOf(readPageWebhook(text), { workspace, pages, by: { letter } })
}

/** What would only be kept again has not gone in, and its reasons are the new ones. */
function settled(events: readonly NewEvent[]): Reading<readonly [NewEvent, ...NewEvent[]]> {
  const reasons = events.flatMap(({ event }) => (Array.isArray(event['reasons']) ? event['reasons'].map(String) : []))
  const [first, ...rest] = events
  if (reasons.length > 0) return { ok: false, reasons: [...new Set(reasons)] }
  if (first === undefined) return { ok: false, reasons: ['it tells nothing that anybody here has to know'] }
  return { ok: true, value: [first, ...rest] }
}
