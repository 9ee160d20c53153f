import { Bot, Check, CheckCheck, CircleAlert } from 'lucide-react'
import type { TranscriptMessage } from '#gateway/protocol.ts'
import type { TimelineItem } from '../stores/timeline.ts'
import { percent, timeOfDay } from '../text/format.ts'
import { Hint } from '../ui/button.tsx'
import { useT, useText } from '../ui/context.tsx'
import { CardView } from './cards.tsx'
import { ClaimedText, SourcesButton } from './claims.tsx'
import type { View } from './timeline.tsx'

type Group = Extract<TimelineItem, { readonly kind: 'group' }>

const looks = {
  customer: 'bg-sunken text-ink',
  assistant: 'bg-assistant-soft text-ink',
  member: 'bg-person-soft text-ink',
} as const

/** Bubbles of one speaker: the customer at the left, we at the right. */
export function BubbleGroup({ group, view }: { readonly group: Group; readonly view: View }) {
  const { t } = useText()
  const ours = group.by !== 'customer'
  const name = group.by === 'assistant' ? t('owner.assistant') : (group.name ?? view.row.name)
  const lastN = group.messages.at(-1)?.n
  return (
    <div className={`mt-3 flex flex-col gap-1 ${ours ? 'items-end pl-10 md:pl-20' : 'items-start pr-10 md:pr-20'}`}>
      <p
        className={`flex items-center gap-1 text-[12px] font-medium ${group.by === 'assistant' ? 'text-assistant' : group.by === 'member' ? 'text-person' : 'text-ink-3'}`}
      >
        {group.by === 'assistant' ? <Bot size={13} aria-hidden /> : null}
        {name}
      </p>
      {group.messages.map((message) => (
        <Bubble key={message.n} message={message} look={looks[group.by]} view={view} meta={message.n === lastN} />
      ))}
    </div>
  )
}

interface BubbleProps {
  readonly message: TranscriptMessage
  readonly look: string
  readonly view: View
  /** The last of its group shows the time. */
  readonly meta: boolean
}

function Bubble({ message, look, view, meta }: BubbleProps) {
  const t = useT()
  const failed = view.failed.find((each) => each.n === message.n)
  const ours = message.author.kind !== 'customer'
  return (
    <div className={`flex max-w-full flex-col gap-1 ${ours ? 'items-end' : 'items-start'}`}>
      {message.text === '' ? null : (
        <div
          dir="auto"
          className={`max-w-full rounded-box px-3 py-2 text-[15px] leading-[1.45] break-words whitespace-pre-wrap ${look}`}
        >
          <ClaimedText text={message.text} claims={message.claims ?? []} />
        </div>
      )}
      {message.cards === undefined || message.cards.length === 0 ? null : (
        <div
          tabIndex={0}
          role="group"
          aria-label={t('conversation.cards')}
          className="flex max-w-full gap-2 overflow-x-auto pb-1"
        >
          {message.cards.map((card, index) => (
            <CardView key={index} card={card} />
          ))}
        </div>
      )}
      {message.chips === undefined || message.chips.length === 0 ? null : (
        <div className="flex flex-wrap justify-end gap-1.5" aria-label={t('conversation.chips')} role="group">
          {message.chips.map((chip) => (
            <span
              key={chip.label}
              className="rounded-full border border-line-strong px-2 py-0.5 text-[12.5px] text-ink-2"
            >
              {chip.label}
            </span>
          ))}
        </div>
      )}
      {meta || failed !== undefined ? (
        <div className="tabular flex flex-wrap items-center gap-2 text-[12px] text-ink-3">
          {message.confidence === undefined ? null : (
            <Hint label={t('confidence.hint')}>
              <span tabIndex={0}>{t('confidence', { percent: percent(message.confidence) })}</span>
            </Hint>
          )}
          {message.claims === undefined || message.claims.length === 0 ? null : (
            <SourcesButton claims={message.claims} />
          )}
          <time dateTime={new Date(message.atMs).toISOString()}>{timeOfDay(message.atMs)}</time>
          {ours ? (
            <Ticks n={message.n} view={view} {...(failed === undefined ? {} : { reason: failed.reason })} />
          ) : null}
        </div>
      ) : null}
    </div>
  )
}

/** Sent, delivered, read, or failed with the reason: an icon and a word. */
function Ticks({ n, view, reason }: { readonly n: number; readonly view: View; readonly reason?: string }) {
  const { t } = useText()
  if (reason !== undefined) {
    return (
      <span className="flex items-center gap-1 font-medium text-trouble">
        <CircleAlert size={13} aria-hidden />
        {t('tick.failed', { reason })}
      </span>
    )
  }
  const { deliveredTo, readTo } = view.receipts.ours
  const state = n <= readTo ? 'read' : n <= deliveredTo ? 'delivered' : 'sent'
  const Icon = state === 'sent' ? Check : CheckCheck
  return (
    <span className={`flex items-center gap-1 ${state === 'read' ? 'text-accent-ink' : ''}`}>
      <Icon size={14} aria-hidden />
      {t(`tick.${state}`)}
    </span>
  )
}
