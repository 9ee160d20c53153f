import { AtSign, CircleCheck, CircleSlash, Fingerprint, Mail, Phone, type LucideIcon } from 'lucide-react'
import type { ConsentView, ReachView } from '#gateway/protocol.ts'
import { channelWord } from '../text/channel-word.ts'
import { shortDay } from '../text/format.ts'
import type { T } from '../text/text.ts'
import { ChannelMark } from '../ui/badge.tsx'
import { Hint } from '../ui/button.tsx'
import { useT, useText } from '../ui/context.tsx'
import { sourceWords } from './why.ts'

/** How the customer is reached through each account of ours: number, address, user id, username. */
export function ReachedBy({ reached }: { readonly reached: readonly ReachView[] }) {
  const t = useT()
  return reached.map((each) => (
    <div key={`${each.channel} ${each.account}`} className="mb-1.5 flex flex-col gap-0.5 last:mb-0">
      <Hint label={t('customer.reached-by', { channel: channelWord(each.channel, t), account: each.account })}>
        <span tabIndex={0} className="self-start">
          <ChannelMark channel={each.channel} />
        </span>
      </Hint>
      <Key icon={Phone} value={international(each.phone)} label={t('customer.phone')} />
      <Key icon={Mail} value={each.email} label={t('channel.email')} />
      <Key icon={AtSign} value={each.username} label={t('customer.username')} />
      <Key icon={Fingerprint} value={each.userId} label={t('customer.user-id')} />
    </div>
  ))
}

/** Providers write a number with and without its plus. */
export function international(phone: string | undefined): string | undefined {
  return phone === undefined || phone.startsWith('+') ? phone : `+${phone}`
}

interface KeyProps {
  readonly icon: LucideIcon
  readonly label: string
  readonly value: string | undefined
}

function Key({ icon: Icon, label, value }: KeyProps) {
  if (value === undefined) return null
  return (
    <p className="tabular flex items-center gap-2">
      <Icon size={14} aria-hidden className="shrink-0 text-ink-3" />
      <span className="sr-only">{label}</span>
      <span className="min-w-0 break-all">{value}</span>
    </p>
  )
}

/** What the customer said yes and no to, a line each with its proof; the latest word first. */
export function Consents({ consents }: { readonly consents: readonly ConsentView[] }) {
  const t = useT()
  if (consents.length === 0) return <p className="text-ink-3">{t('customer.no-consents')}</p>
  return (
    <ul className="flex flex-col gap-2">
      {consents.map((consent) => (
        <ConsentLine key={consent.scope} consent={consent} />
      ))}
    </ul>
  )
}

function ConsentLine({ consent }: { readonly consent: ConsentView }) {
  const { t, locale } = useText()
  const { state, scope, atMs, source, proof, channel } = consent
  const given = state === 'given'
  const Icon = given ? CircleCheck : CircleSlash
  const from = [sourceWords(source, t), ...(channel === undefined ? [] : [channelWord(channel, t)])].join(', ')
  return (
    <li>
      <p className="flex items-center gap-2">
        <Icon size={14} aria-hidden className={`shrink-0 ${given ? 'text-person' : 'text-trouble'}`} />
        <span className="min-w-0">{scopeWords(scope, t)}</span>
        <span className={`ml-auto font-medium ${given ? 'text-person' : 'text-trouble'}`}>{t(`consent.${state}`)}</span>
      </p>
      <p className="pl-[22px] text-[13px] text-ink-3">
        {t('consent.on', { day: shortDay(atMs, locale), source: from })}
      </p>
      <Proof proof={proof} />
    </li>
  )
}

/** Characters of a proof that are shown unasked: a provider's is data. */
const proofMax = 120

function Proof({ proof }: Pick<ConsentView, 'proof'>) {
  const t = useT()
  if (proof === '') return null
  if (proof.length <= proofMax) return <p className="pl-[22px] text-[13px] break-words text-ink-2">«{proof}»</p>
  return (
    <details className="pl-[22px] text-[13px] text-ink-2">
      <summary className="cursor-pointer">{t('consent.proof')}</summary>
      <p className="break-all">{proof}</p>
    </details>
  )
}

function scopeWords(scope: ConsentView['scope'], t: T): string {
  const [channel = '*', purpose = '*'] = scope.split(':')
  const known = (['service', 'utility', 'marketing'] as const).find((each) => each === purpose) ?? 'all'
  return t('consent.scope', { purpose: t(`consent.purpose.${known}`), channel: channelWord(channel, t) })
}
