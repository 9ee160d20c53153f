import { LogOut, MessageSquareQuote, Volume2 } from 'lucide-react'
import { useState } from 'react'
import { CannedDialog } from '../inbox/canned-dialog.tsx'
import { createRingSound } from '../ring-sound.ts'
import { usePlaces } from '../shell/rail.tsx'
import { hashOf } from '../stores/route.ts'
import { Button } from '../ui/button.tsx'
import { useClient, useMe, useStore, useT } from '../ui/context.tsx'
import { Select, Switch } from '../ui/field.tsx'
import { Page } from '../ui/states.tsx'

/** What a member chooses for themselves. */
export function SettingsScreen() {
  const t = useT()
  const client = useClient()
  const me = useMe()
  const preferences = useStore(client.preferences)
  const available = useStore(client.available)
  const [sound] = useState(createRingSound)
  const [canned, setCanned] = useState(false)
  const trySound = () => {
    sound.enable()
    setTimeout(() => sound.ring(), 60)
  }
  return (
    <Page title={t('settings.title')} narrow>
      <p className="text-[15px] font-semibold">{me?.name}</p>
      <p className="text-ink-2">
        {me?.email} · {me === undefined ? '' : t(`role.${me.role}`)}
      </p>
      <div className="mt-4 divide-y divide-line border-y border-line">
        <Switch
          label={t('settings.available')}
          hint={t('settings.available-hint')}
          on={available}
          onChange={(on) => {
            client.available.set(on)
            void client
              .act({ type: 'presence.set', available: on })
              .then((reply) => (reply.ok ? undefined : client.available.set(!on)))
          }}
        />
        <Switch
          label={t('settings.sound')}
          hint={t('settings.sound-hint')}
          on={preferences.sound}
          onChange={(on) => {
            client.setPreferences({ sound: on })
            if (on) trySound()
          }}
        />
        <Looks />
      </div>
      <p className="mt-2 text-[13px] text-ink-3">{t('settings.kept')}</p>
      <MorePlaces />
      <div className="mt-5 flex flex-wrap gap-2">
        <Button icon={Volume2} onClick={trySound}>
          {t('settings.sound-try')}
        </Button>
        <Button icon={MessageSquareQuote} onClick={() => setCanned(true)}>
          {t('canned.manage')}
        </Button>
        <Button icon={LogOut} onClick={() => void client.session.signOut()}>
          {t('sign-out')}
        </Button>
      </div>
      {canned ? <CannedDialog onClose={() => setCanned(false)} /> : null}
    </Page>
  )
}

function Looks() {
  const t = useT()
  const client = useClient()
  const { theme, language } = useStore(client.preferences)
  const themes = ['system', 'light', 'dark'] as const
  return (
    <>
      <div className="flex items-center justify-between gap-4 py-3">
        <p className="font-medium">{t('settings.theme')}</p>
        <Select
          label={t('settings.theme')}
          value={theme}
          options={themes.map((value) => ({ value, label: t(`settings.theme.${value}`) }))}
          onChange={(value) => client.setPreferences({ theme: value })}
        />
      </div>
      <div className="flex items-center justify-between gap-4 py-3">
        <p className="font-medium">{t('settings.language')}</p>
        <Select
          label={t('settings.language')}
          value={language}
          options={[
            { value: 'en', label: 'English' },
            { value: 'hi', label: 'हिन्दी' },
          ]}
          onChange={(value) => client.setPreferences({ language: value })}
        />
      </div>
    </>
  )
}

/** Places the bar of a phone has no room for. */
function MorePlaces() {
  const t = useT()
  return (
    <ul aria-label={t('nav.label')} className="mt-5 divide-y divide-line border-y border-line md:hidden">
      {usePlaces()
        .filter((place) => place.wideOnly === true)
        .map((place) => (
          <li key={place.label}>
            <a href={hashOf(place.route)} className="flex h-12 items-center gap-3">
              <place.icon size={18} className="text-ink-3" aria-hidden />
              {t(place.label)}
            </a>
          </li>
        ))}
    </ul>
  )
}
