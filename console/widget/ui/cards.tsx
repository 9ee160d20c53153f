/** @jsxImportSource preact */
import { useState } from 'preact/hooks'
import type { Card, Chip } from '#gateway/protocol.ts'
import { calendarFile } from '../calendar-file.ts'
import type { CalculationCard, ListingCard, VisitCard } from '../cards.ts'
import { nameHome } from '../listing-reference.ts'
import { cardPrice, exactPrice, formatArea } from '../money.ts'
import { clock, moment, zoneName } from '../moments.ts'
import { Facade } from './facade-picture.tsx'
import { Icon } from './icons.tsx'
import type { MessageLogProps } from './message-log.tsx'
import { SlotPicker } from './slot-picker.tsx'

/** A card under a message. A kind this widget doesn't know shows nothing: the message's text stands for it. */
export function CardView({ card, ...props }: CardProps & { readonly card: Card }) {
  switch (card.kind) {
    case 'listing':
      return <Listing card={card} {...props} />
    case 'slots':
      return <SlotPicker card={card} {...props} />
    case 'calculation':
      return <Calculation card={card} {...props} />
    case 'visit':
      return <Visit card={card} {...props} />
    default:
      return null
  }
}

/** What every card gets: the log's props and the number of its message. */
export type CardProps = MessageLogProps & { readonly n: number }

/** Buttons that send a text; `stacked` puts each on its own line. */
export function Chips({ label, chips, choose, stacked = false }: ChipsProps) {
  return (
    <div class={stacked ? 'chips is-stacked' : 'chips'} role="group" aria-label={label}>
      {chips.map((chip) => (
        <button key={chip.label} type="button" class="chip" dir="auto" onClick={() => choose(chip.send)}>
          {chip.label}
        </button>
      ))}
    </div>
  )
}

interface ChipsProps {
  readonly label: string
  readonly chips: readonly Chip[]
  readonly choose: (text: string) => void
  readonly stacked?: boolean
}

function Listing({
  card,
  n,
  state,
  language,
  session,
  about,
  listingShown,
}: CardProps & { readonly card: ListingCard }) {
  const words = language.strings.card
  const [broken, setBroken] = useState(false)
  const home = nameHome(card, { messages: state.log.messages, n }, words)
  const photo = broken || card.photo === undefined ? undefined : session.resourceAddress(card.photo)
  const see = () => {
    listingShown(card.listingId)
    session.choose(`see ${n} ${card.listingId}`, words.seeItMessage(home))
  }
  return (
    <article class="card listing" aria-label={`${words.listing}: ${card.title}`}>
      {photo === undefined ? (
        <Facade id={card.listingId} />
      ) : (
        <img class="photo" src={photo} alt="" loading="lazy" onError={() => setBroken(true)} />
      )}
      <div class="card-body">
        <p class="price" title={cardPrice(card, language, exactPrice)}>
          {cardPrice(card, language)}
        </p>
        <h3>
          <bdi>{card.title}</bdi>
        </h3>
        <p class="where">
          <bdi>{`${card.locality}, ${card.city}`}</bdi>
        </p>
        <ul class="facts">
          <li>{formatArea(card.areaSqft, language)}</li>
          {card.facts.slice(0, 3).map((fact) => (
            <li key={fact} dir="auto">
              {fact}
            </li>
          ))}
        </ul>
      </div>
      <div class="card-actions">
        <button type="button" class="card-button" aria-label={`${words.seeIt}: ${card.title}`} onClick={see}>
          {words.seeIt}
        </button>
        <button
          type="button"
          class="card-button"
          aria-label={`${words.ask}: ${card.title}`}
          onClick={() => about(words.askMessage(home))}
        >
          {words.ask}
        </button>
      </div>
    </article>
  )
}

function Calculation({ card, language }: CardProps & { readonly card: CalculationCard }) {
  const words = language.strings.card
  return (
    <section class="card calculation" aria-label={`${words.calculation}: ${card.title}`}>
      <h3>
        <Icon name="calculation" />
        <bdi>{card.title}</bdi>
      </h3>
      <dl>
        {card.rows.map((row) => (
          <div key={row.label}>
            <dt>
              <bdi>{row.label}</bdi>
            </dt>
            <dd>
              <bdi>{row.value}</bdi>
            </dd>
          </div>
        ))}
      </dl>
      {card.assumptions.length > 0 && (
        <div class="assumptions">
          <h4>{words.assumptions}</h4>
          <ul>
            {card.assumptions.map((each) => (
              <li key={each}>
                <bdi>{each}</bdi>
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  )
}

function Visit({ card, language }: CardProps & { readonly card: VisitCard }) {
  const words = language.strings.card
  const ends = clock(card.startAtMs + card.durationMs, language, card.timeZone)
  return (
    <section class="card visit" aria-label={`${words.visit}: ${card.title}`}>
      <h3>
        <bdi>{card.title}</bdi>
      </h3>
      <p class="visit-line">
        <Icon name="calendar" />
        <span>
          {moment(card.startAtMs, language, card.timeZone)} – {ends}
        </span>
      </p>
      <p class="visit-line">
        <Icon name="place" />
        <bdi>{card.place}</bdi>
      </p>
      <p class="zone">{words.inZone(zoneName(card.timeZone, language))}</p>
      <div class="card-actions">
        <button type="button" class="card-button" onClick={() => download('visit.ics', calendarFile(card, Date.now()))}>
          {words.addToCalendar}
        </button>
      </div>
    </section>
  )
}

function download(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/calendar;charset=utf-8' }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}
