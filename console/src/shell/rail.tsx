import {
  ChartNoAxesColumn,
  Inbox,
  MailWarning,
  Radio,
  Telescope,
  Upload,
  Users,
  UserRoundCog,
  Workflow,
  type LucideIcon,
} from 'lucide-react'
import { hashOf, type Route } from '../stores/route.ts'
import type { TextKey } from '../text/text.ts'
import { Avatar } from '../ui/badge.tsx'
import { Hint } from '../ui/button.tsx'
import { useClient, useMe, useStore, useT } from '../ui/context.tsx'

interface Place {
  readonly route: Route
  readonly label: TextKey
  readonly icon: LucideIcon
  readonly keys: string
  /** Left out of the phone's bar: reached by the menu of commands. */
  readonly wideOnly?: boolean
  readonly adminsOnly?: boolean
  /** For admins and managers. */
  readonly leadersOnly?: boolean
}

/** Every place the rail leads the signed-in member to, in its order. */
export function usePlaces(): readonly Place[] {
  const me = useMe()
  return places.filter(
    ({ adminsOnly, leadersOnly }) =>
      (adminsOnly !== true || me?.role === 'admin') && (leadersOnly !== true || me?.role !== 'sales-agent'),
  )
}

const places: readonly Place[] = [
  { route: { screen: 'inbox', view: 'all', filter: {} }, label: 'nav.inbox', icon: Inbox, keys: 'G I' },
  { route: { screen: 'funnel', filter: {} }, label: 'nav.funnel', icon: ChartNoAxesColumn, keys: 'G F' },
  { route: { screen: 'leads', filter: {} }, label: 'nav.leads', icon: Users, keys: 'G L' },
  {
    route: { screen: 'forecast' },
    label: 'nav.forecast',
    icon: Telescope,
    keys: 'G O',
    wideOnly: true,
    leadersOnly: true,
  },
  { route: { screen: 'import' }, label: 'nav.import', icon: Upload, keys: 'G M', wideOnly: true },
  { route: { screen: 'actors' }, label: 'nav.actors', icon: Workflow, keys: 'G A' },
  { route: { screen: 'dead-letters' }, label: 'nav.dead-letters', icon: MailWarning, keys: 'G D', wideOnly: true },
  { route: { screen: 'members' }, label: 'nav.members', icon: UserRoundCog, keys: 'G T', wideOnly: true },
  { route: { screen: 'channels' }, label: 'nav.channels', icon: Radio, keys: 'G C', wideOnly: true, adminsOnly: true },
]

/** Where one can go. At the left on a wide screen, at the bottom on a phone. */
export function Rail() {
  const t = useT()
  const client = useClient()
  const me = useMe()
  const route = useStore(client.route)
  const counts = useStore(client.inbox.state).counts
  const available = useStore(client.available)
  const places = usePlaces()
  return (
    <nav
      aria-label={t('nav.label')}
      className="z-10 flex shrink-0 border-line bg-surface max-md:order-last max-md:h-14 max-md:border-t md:w-[68px] md:flex-col md:items-stretch md:border-r md:py-2"
    >
      {places.map((place) => (
        <RailLink key={place.label} place={place} current={isIn(route, place.route)} waiting={counts?.waiting ?? 0} />
      ))}
      <Hint label={me?.name ?? ''} shortcut="G S" side="right">
        <a
          href={hashOf({ screen: 'settings' })}
          aria-current={route.screen === 'settings' ? 'page' : undefined}
          className="flex flex-col items-center justify-center gap-1 text-[11px] text-ink-3 hover:text-ink max-md:flex-1 md:mt-auto md:h-14"
        >
          <span className="relative">
            <Avatar name={me?.name ?? '·'} tone={available ? 'person' : 'neutral'} />
            <span
              className={`absolute -right-0.5 -bottom-0.5 size-2.5 rounded-full border-2 border-surface ${available ? 'bg-person' : 'bg-ink-3'}`}
            />
          </span>
          <span className="sr-only">{t('nav.settings')}, </span>
          <span className="max-md:sr-only">{available ? t('available.on') : t('available.off')}</span>
        </a>
      </Hint>
    </nav>
  )
}

function RailLink(props: { readonly place: Place; readonly current: boolean; readonly waiting: number }) {
  const t = useT()
  const { place, current } = props
  const count = place.route.screen === 'inbox' ? props.waiting : 0
  return (
    <Hint label={t(place.label)} shortcut={place.keys} side="right">
      <a
        href={hashOf(place.route)}
        aria-current={current ? 'page' : undefined}
        className={`relative flex flex-col items-center justify-center gap-0.5 rounded-box text-[11px] hover:bg-hover hover:text-ink max-md:flex-1 md:mx-1.5 md:h-13 ${place.wideOnly === true ? 'max-md:hidden' : ''} ${current ? 'font-semibold text-accent-ink md:bg-accent-soft' : 'text-ink-3'}`}
      >
        <place.icon size={19} aria-hidden strokeWidth={current ? 2.2 : 1.8} />
        {t(place.label)}
        {count > 0 ? (
          <span className="tabular absolute top-1 left-1/2 ml-1.5 min-w-4 rounded-full bg-waiting-soft px-1 text-center text-[10.5px] leading-4 font-semibold text-waiting ring-2 ring-surface">
            {count}
            <span className="sr-only"> {t('owner.waiting.word')}</span>
          </span>
        ) : null}
      </a>
    </Hint>
  )
}

function isIn(route: Route, place: Route): boolean {
  return route.screen === place.screen || (route.screen === 'actor' && place.screen === 'actors')
}
