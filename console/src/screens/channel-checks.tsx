import { RefreshCw, Send } from 'lucide-react'
import { useState, type FormEvent, type ReactNode } from 'react'
import type { Finding } from '#gateway/protocol.ts'
import type { AskedState, AskedStore } from '../stores/asked-store.ts'
import { timeOfDay } from '../text/format.ts'
import { refusalText } from '../text/refusal.ts'
import { Button } from '../ui/button.tsx'
import { useStore, useT } from '../ui/context.tsx'
import { TextField } from '../ui/field.tsx'
import { FindingLine, Step, type StepState } from './channel-parts.tsx'

interface CheckStepProps {
  readonly place: number
  readonly state: StepState
  readonly busy: boolean
  /** What the button says while it is busy. */
  readonly checking: string
  readonly onCheck: () => Promise<unknown>
  readonly children: ReactNode
}

/** The step in which a connection is checked, as often as one likes. */
export function CheckStep({ busy, checking, onCheck, children, ...step }: CheckStepProps) {
  const t = useT()
  return (
    <Step
      {...step}
      title={t('channels.step.checks')}
      actions={
        <Button small icon={RefreshCw} busy={busy} onClick={() => void onCheck()}>
          {busy ? checking : t('channels.check')}
        </Button>
      }
    >
      {children}
    </Step>
  )
}

interface CheckListProps<Check> {
  readonly view: { readonly atMs: number; readonly checks: readonly Check[] }
  readonly busy: boolean
  readonly nameOf: (check: Check) => string
}

/** What the checks found last, and when. */
export function CheckList<Check extends Finding & { readonly id: string }>(props: CheckListProps<Check>) {
  const t = useT()
  const { view, busy, nameOf } = props
  return (
    <div aria-busy={busy}>
      <ul className="divide-y divide-line border-y border-line">
        {view.checks.map((check) => (
          <li key={check.id}>
            <FindingLine name={nameOf(check)} finding={check} />
          </li>
        ))}
      </ul>
      <p className="tabular mt-2 text-[13px] text-ink-3" role="status">
        {t('channels.checked', { time: timeOfDay(view.atMs) })}
      </p>
    </div>
  )
}

interface TestMessageProps {
  readonly message: AskedStore<Finding, [to: string]>
  readonly label: string
  readonly hint?: string
  readonly type: 'tel' | 'email'
  readonly pattern?: string
  /** What the button says. */
  readonly send: string
}

/** A first message to oneself: to a phone, however its number is grouped, or to a mailbox. */
export function TestMessage({ message, send, ...field }: TestMessageProps) {
  const [to, setTo] = useState('')
  const told = useStore(message.state)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void message.ask(field.type === 'tel' ? to.replaceAll(/[\s()-]/gu, '') : to.trim())
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-2">
      <TextField
        {...field}
        autoComplete={field.type}
        required
        value={to}
        onChange={(event) => setTo(event.target.value)}
      />
      <Button type="submit" icon={Send} busy={told.busy} className="self-start">
        {send}
      </Button>
      <Told {...told} />
    </form>
  )
}

/** What the other side said, or that it could not be asked: told to a screen reader when it comes. */
export function Told({ value, problem }: Pick<Partial<AskedState<Finding>>, 'value' | 'problem'>) {
  const t = useT()
  return (
    <div role="status">
      {problem !== undefined ? (
        <p className="py-2 text-trouble">{refusalText(problem, t)}</p>
      ) : value === undefined ? null : (
        <FindingLine finding={value} />
      )}
    </div>
  )
}
