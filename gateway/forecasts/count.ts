import type { OutreachSettings } from '#machines/outreach-contract.ts'
import {
  Forecaster,
  type ForecastPerson,
  type ForecastPlan,
  type Foreseen,
  type OutreachForecast,
} from '#machines/outreach-forecast.ts'
import { newLedger } from '#machines/outreach-ledger.ts'
import { priceAt, ratesFor, type PriceList } from '#machines/message-price.ts'
import type { ListMatch } from '../protocol.ts'
import type { PersonDocument } from '../read-models/person-document.ts'
import { peopleOf, type AudienceParts } from './audience.ts'

/** What is counted, and who hears how far it is. */
export interface CountParts extends AudienceParts {
  readonly plan: ForecastPlan
  readonly startAtMs: number
  readonly settings: OutreachSettings
  readonly prices: PriceList
  /** After each page: who was judged in it, and how many were looked at. */
  readonly onPage: (judged: readonly Judged[], looked: number) => Promise<void>
}

/** One person with what is foreseen for them. */
export interface Judged {
  readonly person: PersonDocument
  readonly foreseen: Foreseen
}

/** What came of an audience. */
export interface Counted {
  readonly forecast: OutreachForecast
  readonly list?: ListMatch
}

/** Judges everybody of an audience by what their gate would say. Memory does not grow with it, but by the lists that were given. */
export async function countForecast(parts: CountParts): Promise<Counted> {
  const { plan, startAtMs, settings, onPage } = parts
  const forecaster = new Forecaster(plan, { atMs: startAtMs, settings })
  const pages = peopleOf(parts)
  for (;;) {
    const page = await pages.next()
    if (page.done === true) {
      const list = page.value
      return { forecast: forecaster.forecast(), ...(list === undefined ? {} : { list }) }
    }
    const { people, looked } = page.value
    const judged = people.map((person) => ({ person, foreseen: forecaster.add(asPerson(person, parts)) }))
    await onPage(judged, looked)
  }
}

const unknown = newLedger()

function asPerson(document: PersonDocument, { plan, settings, prices }: CountParts): ForecastPerson {
  const { channel, purpose, template } = plan
  const { lead: person, ledger = unknown, country = '' } = document
  const conversation = conversationOn(document, channel)
  return {
    person,
    hasAddress: conversation !== '' || (channel === 'email' ? document.email : document.phone) !== undefined,
    conversation,
    ledger,
    costMicrosAt(atMs) {
      const heard = ledger.heard[conversation]
      const windowOpen = heard !== undefined && heard.atMs + settings.windowMs > atMs
      const freeEntry = heard?.entryUntilMs !== undefined && heard.entryUntilMs > atMs
      return priceAt(ratesFor({ channel, country }, prices), { channel, purpose, template, windowOpen, freeEntry })
    },
  }
}

/** Where they were heard last on a channel, or the newest there; '' when there is none. */
function conversationOn({ conversations, ledger }: PersonDocument, channel: string): string {
  const heardAtMs = (conversation: string): number => ledger?.heard[conversation]?.atMs ?? -1
  return (conversations[channel] ?? []).reduce(
    (best, each) => (best === '' || heardAtMs(each) >= heardAtMs(best) ? each : best),
    '',
  )
}
