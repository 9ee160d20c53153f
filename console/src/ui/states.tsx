import { CircleAlert, RefreshCw, type LucideIcon } from 'lucide-react'
import { useEffect, type ReactNode } from 'react'
import { Button } from './button.tsx'
import { useClient, useT } from './context.tsx'

interface EmptyProps {
  readonly icon: LucideIcon
  readonly title: string
  readonly text?: string
  /** The next step. */
  readonly children?: ReactNode
}

/** Nothing here, why, and what to do about it. */
export function Empty({ icon: Icon, title, text, children }: EmptyProps) {
  return (
    <div className="flex h-full min-h-48 flex-col items-center justify-center gap-1 p-8 text-center">
      <Icon size={22} className="mb-2 text-ink-3" aria-hidden />
      <p className="font-medium">{title}</p>
      {text === undefined ? null : <p className="max-w-80 text-ink-3">{text}</p>}
      {children === undefined ? null : <div className="mt-3 flex gap-2">{children}</div>}
    </div>
  )
}

interface FailedProps {
  readonly text: string
  readonly onRetry?: () => void
}

/** It went wrong, in words, with a way to try again. */
export function Failed({ text, onRetry }: FailedProps) {
  const t = useT()
  return (
    <div role="alert">
      <Empty icon={CircleAlert} title={t('failed.title')} text={text}>
        {onRetry === undefined ? null : <Button onClick={onRetry}>{t('try-again')}</Button>}
      </Empty>
    </div>
  )
}

/** The server has a newer console: it is loaded at once, unless that would lose words somebody has written. */
export function NewVersion() {
  const t = useT()
  const client = useClient()
  const unsent = [...client.drafts.values()].some((text) => text !== '') || client.outbox.state.get().length > 0
  useEffect(() => {
    if (!unsent) location.reload()
  }, [unsent])
  return (
    <div role="alert">
      <Empty icon={RefreshCw} title={t('link.outdated')} {...(unsent ? { text: t('link.unsent') } : {})}>
        <Button look="primary" onClick={() => location.reload()}>
          {t('link.reload')}
        </Button>
      </Empty>
    </div>
  )
}

/** Grey lines where the content will be. */
export function Skeleton({ rows, height }: { readonly rows: number; readonly height: number }) {
  const t = useT()
  return (
    <div role="status" aria-label={t('loading')} className="flex flex-col">
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} style={{ height }} className="flex flex-col justify-center gap-2 px-4">
          <div className="breathe h-2.5 rounded-full bg-sunken" style={{ width: `${40 + ((index * 37) % 30)}%` }} />
          <div className="breathe h-2.5 rounded-full bg-sunken" style={{ width: `${65 + ((index * 23) % 30)}%` }} />
        </div>
      ))}
    </div>
  )
}

interface PageProps {
  readonly title: string
  readonly actions?: ReactNode
  readonly children: ReactNode
  readonly narrow?: boolean
}

/** A screen that is one scrolling page under a title. */
export function Page({ title, actions, children, narrow }: PageProps) {
  return (
    <div className="flex h-full min-w-0 flex-col">
      <header className="flex min-h-13 shrink-0 flex-wrap items-center gap-x-3 gap-y-2 border-b border-line bg-surface px-4 py-2 md:px-6">
        <h1 className="mr-auto text-[15px] font-semibold">{title}</h1>
        {actions}
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto" tabIndex={-1}>
        <div className={`mx-auto px-4 py-5 md:px-6 ${narrow === true ? 'max-w-2xl' : 'max-w-6xl'}`}>{children}</div>
      </div>
    </div>
  )
}
