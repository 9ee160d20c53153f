import { CalendarCheck, CalendarClock, Calculator, House } from 'lucide-react'
import type { Card } from '#gateway/protocol.ts'
import { count, dayAndTime, money } from '../text/format.ts'
import { useText } from '../ui/context.tsx'

const frame = 'flex w-60 shrink-0 flex-col gap-1 rounded-box border border-line bg-surface p-3 text-[13px]'

/** What the customer was shown beside the words. */
export function CardView({ card }: { readonly card: Card }) {
  const { t, locale } = useText()
  switch (card.kind) {
    case 'listing':
      return (
        <div className={frame}>
          <p className="flex items-center gap-1.5 font-semibold">
            <House size={14} aria-hidden className="shrink-0 text-ink-3" />
            <span className="truncate">{card.title}</span>
          </p>
          <p className="truncate text-ink-3">
            {card.locality}, {card.city}
          </p>
          <p className="tabular">
            <span className="font-semibold">
              {card.purpose === 'rent'
                ? t('rent', { price: money(card.priceMinor, card.currency) })
                : money(card.priceMinor, card.currency)}
            </span>
            <span className="text-ink-2"> · {t('area', { sqft: count(card.areaSqft) })}</span>
          </p>
          <p className="line-clamp-2 text-ink-2">{card.facts.join(' · ')}</p>
        </div>
      )
    case 'visit':
      return (
        <div className={frame}>
          <p className="flex items-center gap-1.5 font-semibold">
            <CalendarCheck size={14} aria-hidden className="text-person" />
            {dayAndTime(card.startAtMs, locale, card.timeZone)}
          </p>
          <p>{card.title}</p>
          <p className="text-ink-3">{card.place}</p>
        </div>
      )
    case 'slots':
      return (
        <div className={frame}>
          <p className="flex items-center gap-1.5 font-semibold">
            <CalendarClock size={14} aria-hidden className="text-ink-3" />
            {t('card.slots')}
          </p>
          <p className="text-ink-2">{card.slots.map((slot) => slot.label).join(', ')}</p>
        </div>
      )
    case 'calculation':
      return (
        <div className={`${frame} w-72`}>
          <p className="flex items-center gap-1.5 font-semibold">
            <Calculator size={14} aria-hidden className="text-ink-3" />
            {card.title}
          </p>
          <dl className="tabular">
            {card.rows.map((row) => (
              <div key={row.label} className="flex justify-between gap-3">
                <dt className="text-ink-2">{row.label}</dt>
                <dd className="font-medium">{row.value}</dd>
              </div>
            ))}
          </dl>
          <p className="text-[12px] text-ink-3">{card.assumptions.join(' · ')}</p>
        </div>
      )
  }
}
