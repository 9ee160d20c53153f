import { Bot, Trash2 } from 'lucide-react'
import type { TranscriptMessage } from '#gateway/protocol.ts'
import type { MessageMarks } from '../stores/marked-messages.ts'
import type { TimelineItem } from '../stores/timeline.ts'
import { percent, timeOfDay } from '../text/format.ts'
import { ChannelMark } from '../ui/badge.tsx'
import { Hint } from '../ui/button.tsx'
import { useClient, useT, useText } from '../ui/context.tsx'
import { Attachments, SentContent } from './attachments.tsx'
import { CameBy, Offered, placeOf, Quoted, Reaction, TemplateLine } from './bubble-parts.tsx'
import { ClaimedText, SourcesButton } from './claims.tsx'
import { Given, ReactionPicker } from './reaction-picker.tsx'
import { takesReaction } from './reactions.ts'
import { TranscriptTicks, WayTicks } from './ticks.tsx'
import type { View } from './timeline.tsx'

type Group = Extract<TimelineItem, { readonly kind: 'group' }>

const looks = {
  customer: 'bg-sunken text-ink',
  assistant: 'bg-assistant-soft text-ink',
  member: 'bg-person-soft text-ink',
} as const

interface GroupProps {
  readonly group: Group
  readonly view: View
  readonly marks: ReadonlyMap<number, MessageMarks>
  /** The conversation, while one may react in it. */
  readonly reactsIn: string | undefined
}

const noMarks: MessageMarks = {}

/** Bubbles of one speaker: the customer at the left, we at the right. */
export function BubbleGroup({ group, view, marks, reactsIn }: GroupProps) {
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
        <Bubble
          key={message.n}
          message={message}
          look={looks[group.by]}
          view={view}
          marks={marks.get(message.n) ?? noMarks}
          meta={message.n === lastN}
          reactsIn={reactsIn}
        />
      ))}
    </div>
  )
}

interface BubbleProps {
  readonly message: TranscriptMessage
  readonly look: string
  readonly view: View
  readonly marks: MessageMarks
  /** The last of its group shows the time. */
  readonly meta: boolean
  readonly reactsIn: string | undefined
}

function Bubble({ message, look, view, marks, meta, reactsIn }: BubbleProps) {
  const t = useT()
  const client = useClient()
  const ours = message.author.kind !== 'customer'
  return (
    <div
      id={placeOf(message.n)}
      tabIndex={-1}
      className={`flex max-w-full flex-col gap-1 rounded-box ${ours ? 'items-end' : 'items-start'}`}
    >
      {message.referral === undefined ? null : <CameBy referral={message.referral} />}
      {marks.revoked === true ? (
        <p className={`flex items-center gap-1.5 rounded-box px-3 py-2 text-[14px] text-ink-3 italic ${look}`}>
          <Trash2 size={14} aria-hidden />
          {t('revoked.label')}
        </p>
      ) : (
        <div className="group/said flex max-w-full items-center gap-1">
          <div className={`flex max-w-full min-w-0 flex-col gap-1 ${ours ? 'items-end' : 'items-start'}`}>
            <Said message={message} look={look} view={view} marks={marks} />
          </div>
          {reactsIn === undefined || !takesReaction(message, client.nowMs()) ? null : (
            <ReactionPicker conversation={reactsIn} n={message.n} given={marks.given} />
          )}
        </div>
      )}
      {marks.reaction === undefined ? null : <Reaction emoji={marks.reaction} name={view.row.name} />}
      {marks.given === undefined ? null : <Given given={marks.given} n={message.n} conversation={reactsIn} />}
      <Offered message={message} />
      {meta || marks.way !== undefined || view.failed.some((each) => each.n === message.n) ? (
        <Meta message={message} view={view} marks={marks} />
      ) : null}
    </div>
  )
}

function Said({ message, look, view, marks }: Omit<BubbleProps, 'meta' | 'reactsIn'>) {
  const { content, attachments = [], claims = [] } = message
  // A place is named by its own frame.
  const text = content?.kind === 'location' ? '' : message.text
  return (
    <>
      {text === '' && marks.answers === undefined && content?.kind !== 'template' ? null : (
        <div
          dir="auto"
          className={`max-w-full rounded-box px-3 py-2 text-[15px] leading-[1.45] break-words whitespace-pre-wrap ${look}`}
        >
          {marks.answers === undefined ? null : <Quoted answers={marks.answers} name={view.row.name} />}
          {content?.kind === 'template' ? <TemplateLine name={content.name} language={content.language} /> : null}
          <ClaimedText text={text} claims={claims} />
        </div>
      )}
      <Attachments attachments={attachments} files={view.files} />
      {content === undefined ? null : <SentContent content={content} />}
    </>
  )
}

/** How sure, from where, when, and how far it got. */
function Meta({ message, view, marks: { way } }: Pick<BubbleProps, 'message' | 'view' | 'marks'>) {
  const t = useT()
  const { author, claims = [], confidence, n, atMs, channel = way?.channel } = message
  return (
    <div className="tabular flex flex-wrap items-center gap-x-2 text-[12px] text-ink-3">
      {confidence === undefined ? null : (
        <Hint label={t('confidence.hint')}>
          <span tabIndex={0}>{t('confidence', { percent: percent(confidence) })}</span>
        </Hint>
      )}
      {claims.length === 0 ? null : <SourcesButton claims={claims} />}
      {channel === undefined || channel === view.row.channel ? null : <ChannelMark channel={channel} />}
      <time dateTime={new Date(atMs).toISOString()}>{timeOfDay(atMs)}</time>
      {author.kind === 'customer' ? null : way === undefined ? (
        <TranscriptTicks n={n} view={view} />
      ) : (
        <WayTicks way={way} {...(author.kind === 'member' ? { name: author.name } : {})} />
      )}
    </div>
  )
}
