/** @jsxImportSource preact */
import { useId, useState } from 'preact/hooks'
import type { SlotsCard } from '../cards.ts'
import { clock, dayParts, moment, slotDays, zoneName } from '../moments.ts'
import type { CardProps } from './cards.tsx'
import { Icon } from './icons.tsx'

/** Times for a visit: a day, then an hour, then one button that says exactly what will be asked for. */
export function SlotPicker({ card, n, language, session }: CardProps & { readonly card: SlotsCard }) {
  const words = language.strings.card
  const days = slotDays(card)
  const [dayChosen, setDay] = useState(days[0]?.key)
  const [slotChosen, setSlot] = useState<number>()
  const name = useId()
  const day = days.find(({ key }) => key === dayChosen)
  const slot = day?.slots.find(({ startAtMs }) => startAtMs === slotChosen)
  return (
    <section class="card slots" aria-label={words.slots}>
      <h3>
        <Icon name="calendar" />
        {words.slots}
      </h3>
      <div class="days" role="radiogroup" aria-label={words.day}>
        {days.map(({ key, slots }) => {
          const parts = dayParts(slots[0]?.startAtMs ?? 0, language, card.timeZone)
          return (
            <label key={key} class="day-choice">
              <input type="radio" name={`${name}day`} checked={key === dayChosen} onChange={() => setDay(key)} />
              <span>
                <small>{parts.weekday}</small>
                {parts.date}
              </span>
            </label>
          )
        })}
      </div>
      <div class="times" role="radiogroup" aria-label={words.time}>
        {day?.slots.map(({ startAtMs }) => (
          <label key={startAtMs} class="time-choice">
            <input
              type="radio"
              name={`${name}time`}
              checked={startAtMs === slotChosen}
              onChange={() => setSlot(startAtMs)}
            />
            <span>{clock(startAtMs, language, card.timeZone)}</span>
          </label>
        ))}
      </div>
      <p class="zone">{words.inZone(zoneName(card.timeZone, language))}</p>
      <button
        type="button"
        class="primary"
        disabled={slot === undefined}
        onClick={() => slot !== undefined && session.choose(`slot ${n} ${slot.startAtMs}`, slot.send)}
      >
        {slot === undefined ? words.chooseTime : words.confirmTime(moment(slot.startAtMs, language, card.timeZone))}
      </button>
    </section>
  )
}
