import { CornerUpLeft, LayoutTemplate, Megaphone } from 'lucide-react'
import type { TranscriptMessage } from '#gateway/protocol.ts'
import type { MessageMarks } from '../stores/marked-messages.ts'
import { Hint } from '../ui/button.tsx'
import { useT } from '../ui/context.tsx'
import { CardView } from './cards.tsx'

/** Where a message stands on the page, so that a quotation can lead to it. */
export function placeOf(n: number): string {
  return `message-${n}`
}

/** Which approved template it was. */
export function TemplateLine({ name, language }: { readonly name: string; readonly language: string }) {
  const t = useT()
  return (
    <span className="mb-1 flex items-center gap-1 text-[12px] text-ink-3">
      <LayoutTemplate size={13} aria-hidden className="shrink-0" />
      {t('content.template', { name, language })}
    </span>
  )
}

/** The message this one answers; pressing it goes there. */
export function Quoted({
  answers,
  name,
}: {
  readonly answers: NonNullable<MessageMarks['answers']>
  readonly name: string
}) {
  const t = useT()
  if (answers === 'missing') {
    return (
      <span className="mb-1 flex items-center gap-1 text-[12.5px] text-ink-3">
        <CornerUpLeft size={13} aria-hidden className="shrink-0" />
        {t('quote.missing')}
      </span>
    )
  }
  const { author, text, n } = answers
  const who = author.kind === 'customer' ? name : author.kind === 'member' ? author.name : t('owner.assistant')
  const go = () => {
    const place = document.getElementById(placeOf(n))
    place?.scrollIntoView({ block: 'center' })
    place?.focus({ preventScroll: true })
  }
  return (
    <button
      type="button"
      title={t('quote.label')}
      onClick={go}
      className="mb-1 flex w-full flex-col rounded-[4px] border-l-2 border-line-strong bg-surface/60 px-2 py-1 text-left text-[13px] leading-snug hover:bg-surface"
    >
      <span className="text-[12px] text-ink-2">{t('quote.of', { name: who })}</span>
      <span className="line-clamp-2 text-ink-2">{text === '' ? '…' : text}</span>
    </button>
  )
}

/** What the customer answered with an emoji. */
export function Reaction({ emoji, name }: { readonly emoji: string; readonly name: string }) {
  const t = useT()
  const label = t('reaction.label', { emoji, name })
  return (
    <Hint label={label}>
      <span
        role="img"
        aria-label={label}
        tabIndex={0}
        className="-mt-2 rounded-full border border-line bg-surface px-1.5 text-[14px] leading-[22px]"
      >
        {emoji}
      </span>
    </Hint>
  )
}

/** The ad that brought the customer. */
export function CameBy({ referral }: { readonly referral: NonNullable<TranscriptMessage['referral']> }) {
  const t = useT()
  return (
    <p className="flex items-center gap-1 text-[12.5px] text-ink-3">
      <Megaphone size={13} aria-hidden className="shrink-0" />
      {t('referral.label')}
      {referral.headline === undefined ? null : <span className="truncate text-ink-2">{referral.headline}</span>}
    </p>
  )
}

/** Cards and chips that went with the words. */
export function Offered({ message: { cards = [], chips = [] } }: { readonly message: TranscriptMessage }) {
  const t = useT()
  return (
    <>
      {cards.length === 0 ? null : (
        <div
          tabIndex={0}
          role="group"
          aria-label={t('conversation.cards')}
          className="flex max-w-full gap-2 overflow-x-auto pb-1"
        >
          {cards.map((card, index) => (
            <CardView key={index} card={card} />
          ))}
        </div>
      )}
      {chips.length === 0 ? null : (
        <div className="flex flex-wrap justify-end gap-1.5" aria-label={t('conversation.chips')} role="group">
          {chips.map((chip) => (
            <span
              key={chip.label}
              className="rounded-full border border-line-strong px-2 py-0.5 text-[12.5px] text-ink-2"
            >
              {chip.label}
            </span>
          ))}
        </div>
      )}
    </>
  )
}
