import {
  Ban,
  Check,
  CheckCheck,
  CircleAlert,
  CircleQuestionMark,
  CircleSlash,
  Clock,
  Hourglass,
  Moon,
  type LucideIcon,
} from 'lucide-react'
import { Popover } from 'radix-ui'
import type { OutgoingView } from '#gateway/protocol.ts'
import { Hint } from '../ui/button.tsx'
import { useText } from '../ui/context.tsx'
import type { View } from './timeline.tsx'
import { wayState, wayWord, whyLines, type WayState, type Wording } from './why.ts'

interface Look {
  readonly icon: LucideIcon
  readonly ink: string
}

const quiet = 'text-ink-3'
const looks: Readonly<Record<WayState, Look>> = {
  waiting: { icon: Clock, ink: quiet },
  held: { icon: Moon, ink: 'text-waiting' },
  sending: { icon: Clock, ink: quiet },
  accepted: { icon: Check, ink: quiet },
  'held-by-provider': { icon: Hourglass, ink: 'text-waiting' },
  unknown: { icon: CircleQuestionMark, ink: 'font-medium text-waiting' },
  superseded: { icon: CircleSlash, ink: quiet },
  sent: { icon: Check, ink: quiet },
  delivered: { icon: CheckCheck, ink: quiet },
  read: { icon: CheckCheck, ink: 'text-accent-ink' },
  played: { icon: CheckCheck, ink: 'text-accent-ink' },
  failed: { icon: CircleAlert, ink: 'font-medium text-trouble' },
  refused: { icon: Ban, ink: 'font-medium text-trouble' },
}

/**
 * How far a message that goes out through a provider has come: an icon and a word. A pointer on it, or the focus, tells the whole story in a line;
 * pressing it opens the story, line by line.
 */
export function WayTicks({ way, name }: { readonly way: OutgoingView; readonly name?: string }) {
  const { t, locale } = useText()
  const wording = { t, locale, ...(name === undefined ? {} : { name }) }
  const { icon: Icon, ink } = looks[wayState(way)]
  const word = wayWord(way, wording)
  const lines = whyLines(way, wording)
  return (
    <Popover.Root>
      <Hint label={lines.map(({ text }) => text).join(' · ')} side="top">
        <Popover.Trigger asChild>
          <button
            type="button"
            aria-label={t('why.of', { status: word })}
            className={`flex min-h-6 items-center gap-1 rounded-[4px] px-1 -outline-offset-1 hover:bg-sunken ${ink}`}
          >
            <Icon size={14} aria-hidden className="shrink-0" />
            {word}
          </button>
        </Popover.Trigger>
      </Hint>
      <Why way={way} wording={wording} />
    </Popover.Root>
  )
}

function Why({ way, wording }: { readonly way: OutgoingView; readonly wording: Wording }) {
  const { t } = wording
  return (
    <Popover.Portal>
      <Popover.Content
        side="top"
        align="end"
        sideOffset={6}
        collisionPadding={12}
        aria-label={t('why.title')}
        className="appear z-50 max-h-80 w-80 max-w-[92vw] overflow-y-auto rounded-box border border-line bg-surface p-3 text-[13px] shadow-float"
      >
        <h3 className="mb-1.5 text-[12.5px] font-medium text-ink-3">{t('why.title')}</h3>
        <ol className="tabular flex flex-col gap-1.5">
          {whyLines(way, wording).map(({ text, tone }, index) => (
            <li key={index} className={`break-words ${tone === 'trouble' ? 'font-medium text-trouble' : ''}`}>
              {text}
            </li>
          ))}
        </ol>
        <p className="tabular mt-2 border-t border-line pt-2 text-[12px] break-words text-ink-3">{footOf(way, t)}</p>
      </Popover.Content>
    </Popover.Portal>
  )
}

/** What it was for, what it costs, and the provider's code. */
function footOf({ purpose, code, billable, category = '' }: OutgoingView, t: Wording['t']): string {
  const cost = billable === undefined ? [] : [billable ? t('why.billed', { category }) : t('why.free')]
  return [t(`why.purpose.${purpose}`), ...cost, ...(code === undefined ? [] : [t('why.code', { code })])].join(' · ')
}

/** The same for a message its reader sees in the transcript itself: sent, delivered, read by its watermarks, or failed with the reason. */
export function TranscriptTicks({ n, view }: { readonly n: number; readonly view: View }) {
  const { t } = useText()
  const failed = view.failed.find((each) => each.n === n)
  if (failed !== undefined) {
    return (
      <span className="flex items-center gap-1 font-medium text-trouble">
        <CircleAlert size={13} aria-hidden />
        {t('tick.failed', { reason: failed.reason })}
      </span>
    )
  }
  const { deliveredTo, readTo } = view.receipts.ours
  const state = n <= readTo ? 'read' : n <= deliveredTo ? 'delivered' : 'sent'
  const { icon: Icon, ink } = looks[state]
  return (
    <span className={`flex items-center gap-1 ${state === 'read' ? ink : ''}`}>
      <Icon size={14} aria-hidden />
      {t(`tick.${state}`)}
    </span>
  )
}
