import {
  ArrowLeft,
  Bot,
  CircleCheck,
  Eye,
  EyeOff,
  Hand,
  Moon,
  MoreHorizontal,
  PanelRight,
  RotateCcw,
  UserPlus,
  Users,
  UserCheck,
  Lightbulb,
} from 'lucide-react'
import type { ConversationView, Presence } from '#gateway/protocol.ts'
import type { OpenConversation } from '../stores/conversation-store.ts'
import { Avatar, ChannelMark, OwnerBadge, TemperatureMark } from '../ui/badge.tsx'
import { Button, Hint, IconButton } from '../ui/button.tsx'
import { useClient, useMe, useStore, useT } from '../ui/context.tsx'
import { Menu, type MenuItem } from '../ui/menu.tsx'
import { Clocks, Lamp } from './clocks.tsx'
import type { ActionName, ConversationActions } from './conversation-actions.tsx'

interface HeaderProps {
  readonly open: OpenConversation
  readonly view: Omit<ConversationView, 'messages' | 'lastN' | 'more'>
  readonly actions: ConversationActions
  readonly onBack: () => void
  readonly onCustomer: () => void
}

/** Who it is, who owns it, its clocks, who else looks, and what one can do. */
export function ConversationHeader({ open, view, actions, onBack, onCustomer }: HeaderProps) {
  const t = useT()
  const { row } = view
  return (
    <header className="shrink-0 border-b border-line bg-surface">
      <div className="flex h-13 items-center gap-2 pr-2 pl-4 max-md:pl-1">
        <IconButton icon={ArrowLeft} label={t('keys.back')} shortcut="Esc" onClick={onBack} className="md:hidden" />
        <h2 className="min-w-0 truncate text-[15px] font-semibold">{row.name}</h2>
        <TemperatureMark temperature={row.temperature} word />
        <span className="max-lg:hidden">
          <ChannelMark channel={row.channel} />
        </span>
        <div className="ml-auto flex items-center gap-1">
          <Watchers presence={view.presence} />
          <Actions actions={actions} />
          <IconButton icon={PanelRight} label={t('customer.title')} shortcut="P" onClick={onCustomer} />
        </div>
      </div>
      <div className="flex h-8 items-center gap-2.5 overflow-x-auto border-t border-line bg-canvas px-4 whitespace-nowrap">
        <OwnerBadge owner={row.owner} status={row.status} />
        <Clocks row={row} messages={open.transcript.messages} />
        <span className="ml-auto">
          <Lamp open={open} />
        </span>
      </div>
    </header>
  )
}

function Actions({ actions }: { readonly actions: ConversationActions }) {
  const t = useT()
  const { can, run } = actions
  const all: readonly (MenuItem & { readonly name: ActionName })[] = [
    { name: 'take-over', label: t('act.take-over'), icon: Hand, shortcut: 'T', run: run['take-over'] },
    { name: 'hand-back', label: t('act.hand-back'), icon: Bot, shortcut: 'H', run: run['hand-back'] },
    { name: 'hand-to-team', label: t('act.hand-to-team'), icon: Users, shortcut: 'Q', run: run['hand-to-team'] },
    { name: 'guidance', label: t('act.guidance'), icon: Lightbulb, run: run.guidance },
    { name: 'assign', label: t('act.assign'), icon: UserPlus, shortcut: 'A', run: run.assign },
    { name: 'snooze', label: t('act.snooze'), icon: Moon, shortcut: 'S', run: run.snooze },
    { name: 'close', label: t('act.close'), icon: CircleCheck, shortcut: 'E', run: run.close },
    { name: 'reopen', label: t('act.reopen'), icon: RotateCcw, shortcut: 'U', run: run.reopen },
  ]
  const items = all.filter((each) => can[each.name])
  return (
    <>
      {can.assign ? (
        <IconButton
          icon={UserPlus}
          label={t('act.assign')}
          shortcut="A"
          onClick={run.assign}
          className="max-lg:hidden"
        />
      ) : null}
      {can.snooze ? (
        <IconButton icon={Moon} label={t('act.snooze')} shortcut="S" onClick={run.snooze} className="max-lg:hidden" />
      ) : null}
      {can.close ? (
        <Button
          small
          icon={CircleCheck}
          shortcut="E"
          busy={actions.busy === 'close'}
          onClick={run.close}
          className="max-md:hidden"
        >
          {t('act.close')}
        </Button>
      ) : null}
      <Menu items={items} trigger={<IconButton icon={MoreHorizontal} label={t('more')} />} />
    </>
  )
}

function Watchers({ presence }: { readonly presence: readonly Presence[] }) {
  const t = useT()
  const me = useMe()
  // Who was seen last may have left long ago: nobody is shown while it is not known.
  if (useStore(useClient().degraded).includes('presence')) {
    return (
      <Hint label={t('presence.unknown')}>
        <span className="flex items-center text-ink-3" tabIndex={0} role="img" aria-label={t('presence.unknown')}>
          <EyeOff size={14} aria-hidden />
        </span>
      </Hint>
    )
  }
  const others = presence.filter((each) => each.memberId !== me?.memberId && (each.viewing || each.typing))
  if (others.length === 0) return null
  const words = others
    .map((each) => t(each.typing ? 'presence.typing' : 'presence.viewing', { name: each.name }))
    .join(', ')
  return (
    <Hint label={words}>
      <span className="flex items-center gap-1 text-[12.5px] text-ink-3" tabIndex={0} role="img" aria-label={words}>
        {others.some((each) => each.typing) ? <UserCheck size={14} aria-hidden /> : <Eye size={14} aria-hidden />}
        <span className="flex -space-x-1.5">
          {others.slice(0, 3).map((each) => (
            <Avatar key={each.memberId} name={each.name} />
          ))}
        </span>
      </span>
    </Hint>
  )
}
