import { CircleAlert, CircleCheck, Clock, RefreshCw, Timer } from 'lucide-react'
import type { InboxRow, TranscriptMessage } from '#gateway/protocol.ts'
import type { OpenConversation } from '../stores/conversation-store.ts'
import { hasGap } from '../stores/transcript.ts'
import { clock, duration } from '../text/format.ts'
import { durationWords, useClient, useNow, useStore, useT } from '../ui/context.tsx'
import { replyDueAt, windowEndsAt } from './deadlines.ts'

interface ClocksProps {
  readonly row: InboxRow
  readonly messages: readonly TranscriptMessage[]
}

/** How long the customer has waited or when an answer is due, and when a channel's window closes. */
export function Clocks({ row, messages }: ClocksProps) {
  const t = useT()
  const nowMs = useNow()
  const due = replyDueAt(row, messages)
  const ends = windowEndsAt(row.channel, messages)
  return (
    <span className="tabular flex items-center gap-2.5 text-[12.5px] text-ink-2">
      {due === undefined ? null : (
        <span className={`flex items-center gap-1 ${due < nowMs ? 'font-semibold text-trouble' : ''}`}>
          <Timer size={13} aria-hidden />
          {due < nowMs ? t('sla.late', { time: clock(nowMs - due) }) : t('sla.due', { time: clock(due - nowMs) })}
        </span>
      )}
      {ends === undefined ? null : (
        <span className={`flex items-center gap-1 ${ends < nowMs ? 'font-semibold text-trouble' : ''}`}>
          <Clock size={13} aria-hidden />
          {ends < nowMs ? t('window.closed') : t('window.open', { time: duration(ends - nowMs, durationWords(t)) })}
        </span>
      )}
    </span>
  )
}

/** Says up to which number what is on the screen is provably whole. */
export function Lamp({ open }: { readonly open: OpenConversation }) {
  const t = useT()
  const link = useStore(useClient().connection.link)
  const { completeTo } = open.transcript
  if (link.state !== 'online') {
    return (
      <span className="tabular flex items-center gap-1 text-[12px] text-waiting">
        <CircleAlert size={12} aria-hidden />
        {t('lamp.offline', { n: completeTo })}
      </span>
    )
  }
  if (open.catchingUp || hasGap(open.transcript)) {
    return (
      <span className="tabular flex items-center gap-1 text-[12px] text-waiting">
        <RefreshCw size={12} aria-hidden className="animate-spin" />
        {t('lamp.catching-up', { n: completeTo })}
      </span>
    )
  }
  return (
    <span className="tabular flex items-center gap-1 text-[12px] text-ink-3">
      <CircleCheck size={12} aria-hidden className="text-person" />
      {t('lamp.complete', { n: completeTo })}
    </span>
  )
}
