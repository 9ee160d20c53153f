import { lazy, Suspense, useEffect, useState } from 'react'
import { createRingSound } from '../ring-sound.ts'
import { InboxScreen } from '../inbox/inbox-screen.tsx'
import { hashOf, type Route } from '../stores/route.ts'
import { Boundary } from '../ui/boundary.tsx'
import { useActions } from '../ui/keys.tsx'
import { loadScreen } from '../new-version.ts'
import { useClient, useStore } from '../ui/context.tsx'
import { Skeleton } from '../ui/states.tsx'
import { Alerts } from './alerts.tsx'
import { LinkBanner } from './banner.tsx'
import { CommandBar } from './command-bar.tsx'
import { KeptBack } from './kept-back.tsx'
import { KeysSheet } from './keys-sheet.tsx'
import { Rail } from './rail.tsx'
import { ToastList } from './toasts.tsx'

const Funnel = lazy(() =>
  loadScreen(() => import('../screens/funnel.tsx')).then((file) => ({ default: file.FunnelScreen })),
)
const Leads = lazy(() =>
  loadScreen(() => import('../screens/leads.tsx')).then((file) => ({ default: file.LeadsScreen })),
)
const Import = lazy(() =>
  loadScreen(() => import('../screens/import.tsx')).then((file) => ({ default: file.ImportScreen })),
)
const Forecast = lazy(() =>
  loadScreen(() => import('../screens/forecast.tsx')).then((file) => ({ default: file.ForecastScreen })),
)
const Actors = lazy(() =>
  loadScreen(() => import('../actors/actor-list.tsx')).then((file) => ({ default: file.ActorListScreen })),
)
const Actor = lazy(() =>
  loadScreen(() => import('../actors/actor-page.tsx')).then((file) => ({ default: file.ActorScreen })),
)
const DeadLetters = lazy(() =>
  loadScreen(() => import('../screens/dead-letters.tsx')).then((file) => ({ default: file.DeadLettersScreen })),
)
const Members = lazy(() =>
  loadScreen(() => import('../screens/members.tsx')).then((file) => ({ default: file.MembersScreen })),
)
const Channels = lazy(() =>
  loadScreen(() => import('../screens/channels.tsx')).then((file) => ({ default: file.ChannelsScreen })),
)
const Settings = lazy(() =>
  loadScreen(() => import('../screens/settings.tsx')).then((file) => ({ default: file.SettingsScreen })),
)

/** The console of a signed-in member: the rail, the screen, and what floats above. */
export function Shell() {
  const client = useClient()
  const [over, setOver] = useState<'commands' | 'keys'>()
  const [sound] = useState(createRingSound)
  const route = useStore(client.route)
  useSoundAfterGesture(sound.enable)
  useActions({
    commands: () => setOver((now) => (now === 'commands' ? undefined : 'commands')),
    keys: () => setOver('keys'),
    'go.inbox': () => client.go({ screen: 'inbox', view: 'all', filter: {} }),
    'go.funnel': () => client.go({ screen: 'funnel', filter: {} }),
    'go.leads': () => client.go({ screen: 'leads', filter: {} }),
    'go.forecast': () => client.go({ screen: 'forecast' }),
    'go.import': () => client.go({ screen: 'import' }),
    'go.actors': () => client.go({ screen: 'actors' }),
    'go.dead-letters': () => client.go({ screen: 'dead-letters' }),
    'go.members': () => client.go({ screen: 'members' }),
    'go.channels': () => client.go({ screen: 'channels' }),
    'go.settings': () => client.go({ screen: 'settings' }),
  })
  return (
    <div className="flex h-dvh flex-col">
      <LinkBanner />
      <KeptBack sound={sound} />
      <div className="flex min-h-0 flex-1 max-md:flex-col">
        <Rail />
        <main className="min-h-0 min-w-0 flex-1">
          <Boundary place={hashOf(route)}>
            <Suspense fallback={<Skeleton rows={8} height={64} />}>
              <Screen route={route} />
            </Suspense>
          </Boundary>
        </main>
      </div>
      <Alerts sound={sound} />
      <ToastList />
      {over === 'commands' ? (
        <CommandBar onClose={() => setOver(undefined)} onKeys={() => setOver('keys')} />
      ) : over === 'keys' ? (
        <KeysSheet onClose={() => setOver(undefined)} />
      ) : null}
    </div>
  )
}

function Screen({ route }: { readonly route: Route }) {
  switch (route.screen) {
    case 'inbox':
      return <InboxScreen route={route} />
    case 'funnel':
      return <Funnel filter={route.filter} />
    case 'leads':
      return <Leads route={route} />
    case 'forecast':
      return <Forecast key={route.id ?? ''} {...(route.id === undefined ? {} : { id: route.id })} />
    case 'import':
      return <Import />
    case 'actors':
      return <Actors {...(route.kind === undefined ? {} : { kind: route.kind })} />
    case 'actor':
      return <Actor key={route.address} route={route} />
    case 'dead-letters':
      return <DeadLetters {...(route.of === undefined ? {} : { of: route.of })} />
    case 'members':
      return <Members />
    case 'channels':
      return <Channels />
    case 'settings':
      return <Settings />
  }
}

/** A browser lets a page sound only after a press; the first one will do. */
function useSoundAfterGesture(enable: () => void): void {
  const wanted = useStore(useClient().preferences).sound
  useEffect(() => {
    if (!wanted) return undefined
    addEventListener('pointerdown', enable, { once: true })
    addEventListener('keydown', enable, { once: true })
    return () => {
      removeEventListener('pointerdown', enable)
      removeEventListener('keydown', enable)
    }
  }, [enable, wanted])
}
