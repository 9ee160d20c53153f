import { Check, CircleAlert, CircleCheck, Copy } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Finding } from '#gateway/protocol.ts'
import { findingText } from '../text/finding-text.ts'
import { Badge } from '../ui/badge.tsx'
import { IconButton } from '../ui/button.tsx'
import { useClient, useT, useText } from '../ui/context.tsx'

/** Steps in their order, with a line from each to the next. */
export function Steps({ children }: { readonly children: ReactNode }) {
  return <ol className="flex flex-col">{children}</ol>
}

/** How far a step is. */
export type StepState = 'done' | 'now' | 'later'

const marks: Readonly<Record<StepState, string>> = {
  done: 'bg-person-soft text-person',
  now: 'bg-accent text-on-accent',
  later: 'bg-sunken text-ink-3',
}

interface StepProps {
  readonly place: number
  readonly state: StepState
  readonly title: string
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** One step of a set-up: its number, or a tick once it is done. */
export function Step({ place, state, title, actions, children }: StepProps) {
  const t = useT()
  return (
    <li className="group relative flex gap-3 pb-7 last:pb-2" aria-current={state === 'now' ? 'step' : undefined}>
      <span className="absolute top-8 bottom-1 left-[13px] w-px bg-line group-last:hidden" aria-hidden />
      <span
        className={`tabular z-[1] flex size-7 shrink-0 items-center justify-center rounded-full text-[13px] font-semibold ${marks[state]}`}
      >
        {state === 'done' ? <Check size={15} strokeWidth={2.5} aria-hidden /> : place}
      </span>
      <div className="min-w-0 flex-1">
        <div className="mb-2 flex min-h-7 flex-wrap items-center gap-x-2 gap-y-1">
          <h3 className="mr-auto font-semibold">
            {title}
            <span className="sr-only">, {t(`channels.step.${state}`)}</span>
          </h3>
          {actions}
        </div>
        {children}
      </div>
    </li>
  )
}

/** Something to copy elsewhere, whole and selectable. */
export function CopyLine({ label, text }: { readonly label: string; readonly text: string }) {
  const t = useT()
  const client = useClient()
  const copy = async () => {
    await navigator.clipboard.writeText(text)
    client.toasts.show({ tone: 'done', text: t('channels.copied') })
  }
  return (
    <div>
      <p className="text-[13px] font-medium">{label}</p>
      <div className="mt-1 flex items-center gap-1 rounded-box bg-sunken pl-3">
        <code className="min-w-0 flex-1 py-2 font-mono text-[13px] break-all select-all">{text}</code>
        {/* A browser lets a page copy only over https, or on this machine. */}
        {window.isSecureContext ? (
          <IconButton icon={Copy} label={t('channels.copy', { what: label })} onClick={() => void copy()} />
        ) : null}
      </div>
    </div>
  )
}

/** What was found, with an icon and a word, and what to do where something is wrong. The server says it in English. */
export function FindingLine({ finding, name }: { readonly finding: Finding; readonly name?: string }) {
  const { t, language } = useText()
  const what = findingText(finding.what, finding.says, language)
  const whatToDo = finding.whatToDo === undefined ? undefined : findingText(finding.whatToDo, finding.asks, language)
  return (
    <div className="flex items-start gap-3 py-2">
      <span className="flex min-w-16 shrink-0">
        <Badge tone={finding.ok ? 'person' : 'trouble'} icon={finding.ok ? CircleCheck : CircleAlert}>
          {t(finding.ok ? 'channels.ok' : 'channels.todo')}
        </Badge>
      </span>
      <div className="min-w-0 flex-1">
        {name === undefined ? null : <p className="leading-5 font-medium">{name}</p>}
        <p lang={what.lang} className="break-words text-ink-2">
          {what.words}
        </p>
        {whatToDo === undefined ? null : (
          <p lang={whatToDo.lang} className="break-words">
            {whatToDo.words}
          </p>
        )}
      </div>
    </div>
  )
}

/** What is wrong with a connection as it is set up. The server says it in English. */
export function Wrong({ children }: { readonly children: string }) {
  return (
    <p lang="en" className="mb-3 rounded-box bg-waiting-soft px-3 py-2 break-words text-waiting">
      {children}
    </p>
  )
}
