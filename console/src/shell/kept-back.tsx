import { OctagonAlert } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { ChannelAccountView } from '#gateway/protocol.ts'
import { resumeAccount } from '../connection/connections.ts'
import type { RingSound } from '../ring-sound.ts'
import { hashOf } from '../stores/route.ts'
import { Button } from '../ui/button.tsx'
import { useClient, useMe, useStore, useT } from '../ui/context.tsx'

const names = ['stopped', 'campaigns', 'templates', 'slowed'] as const

/** Says which of our numbers does not send, why, and what to do; rings once when one stops. */
export function KeptBack({ sound }: { readonly sound: RingSound }) {
  const client = useClient()
  const accounts = useStore(client.keptBack)
  const preferences = useStore(client.preferences)
  const stopped = accounts.filter(({ brakes }) => brakes.stopped !== undefined).length
  useEffect(() => {
    if (stopped > 0 && preferences.sound) sound.ring()
  }, [stopped, preferences.sound, sound])
  return accounts.map((account) => <Line key={account.address} account={account} />)
}

function Line({ account }: { readonly account: ChannelAccountView }) {
  const client = useClient()
  const me = useMe()
  const t = useT()
  const [busy, setBusy] = useState(false)
  const name = names.find((each) => account.brakes[each] !== undefined)
  const brake = name && account.brakes[name]
  if (name === undefined || brake === undefined) return null
  const resume = async () => {
    setBusy(true)
    const answer = await resumeAccount(client, account)
    setBusy(false)
    if (!answer.ok) client.showProblem(answer.error)
  }
  const mayMend = me?.role === 'admin' && name !== 'slowed'
  const called = account.displayNumber ?? account.account
  const serious = name === 'stopped' || name === 'templates'
  return (
    <div
      role={serious ? 'alert' : 'status'}
      className={`flex flex-wrap items-center gap-x-3 gap-y-1.5 px-4 py-1.5 ${serious ? 'bg-trouble-soft text-trouble' : 'bg-waiting-soft text-waiting'}`}
    >
      <OctagonAlert size={15} aria-hidden className="shrink-0" />
      <p className="min-w-0 flex-1 basis-64">
        <span className="font-medium">{t(`kept-back.${name}`, { account: called, reason: brake.reason })}</span>{' '}
        {t('kept-back.waits')} {brake.whatToDo}
      </p>
      {mayMend ? (
        <>
          <a className="font-medium underline underline-offset-2" href={hashOf({ screen: 'channels' })}>
            {t('kept-back.look')}
          </a>
          <Button small busy={busy} onClick={() => void resume()}>
            {t('kept-back.resume')}
          </Button>
        </>
      ) : null}
    </div>
  )
}
