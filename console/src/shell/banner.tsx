import { CloudOff, EyeOff, RefreshCw } from 'lucide-react'
import { Button } from '../ui/button.tsx'
import { useClient, useStore, useT } from '../ui/context.tsx'

/** Says when what is on the screen may be old, and what happens to what one writes meanwhile. */
export function LinkBanner() {
  const client = useClient()
  const t = useT()
  const link = useStore(client.connection.link)
  const waiting = useStore(client.outbox.state).filter((message) => message.status === 'waiting').length
  if (link.outdated !== undefined) {
    return (
      <div role="alert" className="flex items-center gap-3 bg-waiting-soft px-4 py-1.5 text-waiting">
        <RefreshCw size={15} aria-hidden />
        {t('link.outdated')}
        <Button small onClick={() => location.reload()}>
          {t('link.reload')}
        </Button>
      </div>
    )
  }
  if (link.state !== 'offline') return <DegradedBanner />
  return (
    <div role="status" className="flex items-center gap-3 bg-waiting-soft px-4 py-1.5 text-waiting">
      <CloudOff size={15} aria-hidden className="shrink-0" />
      <span>
        {t('link.offline')} {waiting > 0 ? t('link.kept', { count: waiting }) : ''}
      </span>
    </div>
  )
}

/** Says what of the house does not work, and that conversations do. */
function DegradedBanner() {
  const t = useT()
  const degraded = useStore(useClient().degraded)
  if (degraded.length === 0) return null
  return (
    <div role="status" className="flex flex-col gap-1 border-b border-line bg-canvas px-4 py-1.5 text-ink-2">
      {degraded.map((part) => (
        <span key={part} className="flex items-center gap-3">
          <EyeOff size={15} aria-hidden className="shrink-0" />
          {t(`degraded.${part}`)}
        </span>
      ))}
    </div>
  )
}
