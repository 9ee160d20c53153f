import {
  Bot,
  CircleAlert,
  CircleCheck,
  Clock,
  Flame,
  Hourglass,
  Mail,
  MessageCircle,
  MessageSquareText,
  Globe,
  Moon,
  Snowflake,
  Sun,
  User,
  type LucideIcon,
} from 'lucide-react'
import type { InboxRow, Owner, Temperature } from '#gateway/protocol.ts'
import { duration, initials } from '../text/format.ts'
import { channelWord } from '../text/channel-word.ts'
import { durationWords, useMe, useNow, useT } from './context.tsx'

export type Tone = 'assistant' | 'waiting' | 'person' | 'trouble' | 'neutral'

const tones: Readonly<Record<Tone, string>> = {
  assistant: 'bg-assistant-soft text-assistant',
  waiting: 'bg-waiting-soft text-waiting',
  person: 'bg-person-soft text-person',
  trouble: 'bg-trouble-soft text-trouble',
  neutral: 'bg-sunken text-ink-2',
}

interface BadgeProps {
  readonly tone: Tone
  readonly icon: LucideIcon
  readonly children: React.ReactNode
}

/** A meaning: always an icon and a word, never colour alone. */
export function Badge({ tone, icon: Icon, children }: BadgeProps) {
  return (
    <span
      className={`tabular inline-flex h-5 max-w-full items-center gap-1 rounded-full px-1.5 text-[12px] font-medium whitespace-nowrap ${tones[tone]}`}
    >
      <Icon size={12} className="shrink-0" aria-hidden />
      <span className="truncate">{children}</span>
    </span>
  )
}

/** Who answers: assistant, waiting since, or a person by name. */
export function OwnerBadge({ owner, status }: { readonly owner: Owner; readonly status: InboxRow['status'] }) {
  const t = useT()
  const me = useMe()
  if (status === 'closed') {
    return (
      <Badge tone="neutral" icon={CircleCheck}>
        {t('status.closed')}
      </Badge>
    )
  }
  if (status === 'snoozed') {
    return (
      <Badge tone="neutral" icon={Moon}>
        {t('status.snoozed')}
      </Badge>
    )
  }
  if (owner.kind === 'queue') return <WaitingBadge sinceMs={owner.sinceMs} />
  if (owner.kind === 'assistant') {
    return (
      <Badge tone="assistant" icon={Bot}>
        {t('owner.assistant')}
      </Badge>
    )
  }
  return (
    <Badge tone="person" icon={User}>
      {owner.memberId === me?.memberId ? t('owner.you') : owner.name}
    </Badge>
  )
}

function WaitingBadge({ sinceMs }: { readonly sinceMs: number }) {
  const t = useT()
  const nowMs = useNow()
  return (
    <Badge tone="waiting" icon={Hourglass}>
      {t('owner.waiting', { time: duration(nowMs - sinceMs, durationWords(t)) })}
    </Badge>
  )
}

/** A member owed the customer an answer some minutes ago. */
export function OverdueBadge() {
  const t = useT()
  return (
    <Badge tone="trouble" icon={Clock}>
      {t('status.overdue')}
    </Badge>
  )
}

/** Something went wrong, in a word. */
export function TroubleBadge({ children }: { readonly children: React.ReactNode }) {
  return (
    <Badge tone="trouble" icon={CircleAlert}>
      {children}
    </Badge>
  )
}

const temperatureIcons = { hot: Flame, warm: Sun, cold: Snowflake } as const

/** Hot, warm or cold. No colour: those are taken by who answers. */
export function TemperatureMark({ temperature, word }: { readonly temperature: Temperature; readonly word?: boolean }) {
  const t = useT()
  const Icon = temperatureIcons[temperature]
  const weight = temperature === 'hot' ? 'text-ink' : temperature === 'warm' ? 'text-ink-2' : 'text-ink-3'
  return (
    <span
      className={`inline-flex shrink-0 items-center gap-1 text-[12.5px] ${weight} ${temperature === 'hot' ? 'font-semibold' : ''}`}
    >
      <Icon size={13} aria-hidden strokeWidth={temperature === 'hot' ? 2.5 : 2} />
      <span className={word === true ? '' : 'sr-only'}>{t(`temperature.${temperature}`)}</span>
    </span>
  )
}

const channelIcons: Readonly<Record<string, LucideIcon>> = {
  web: Globe,
  widget: Globe,
  email: Mail,
  sms: MessageSquareText,
}

/** Where the customer writes from. */
export function ChannelMark({ channel }: { readonly channel: string }) {
  const t = useT()
  const Icon = channelIcons[channel] ?? MessageCircle
  return (
    <span className="inline-flex shrink-0 items-center gap-1 text-[12px] text-ink-3">
      <Icon size={12} aria-hidden />
      {channelWord(channel, t)}
    </span>
  )
}

/** Two letters in a circle. */
export function Avatar({ name, tone = 'neutral' }: { readonly name: string; readonly tone?: Tone }) {
  return (
    <span
      aria-hidden
      className={`inline-flex size-7 shrink-0 items-center justify-center rounded-full text-[11px] font-semibold ${tones[tone]}`}
    >
      {initials(name)}
    </span>
  )
}
