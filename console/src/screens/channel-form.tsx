import { useState, type FormEvent } from 'react'
import type { ProblemReport, WhatsAppNumberView } from '#gateway/protocol.ts'
import { rotateAppSecret, saveNumber } from '../connection/connections.ts'
import { refusalText } from '../text/refusal.ts'
import { Button } from '../ui/button.tsx'
import { useClient, useT } from '../ui/context.tsx'
import { TextField } from '../ui/field.tsx'
import { fieldOf } from './form.ts'

interface NumberFormProps {
  /** The number to change; absent for a new one. */
  readonly number?: WhatsAppNumberView
  readonly onSaved: () => Promise<unknown>
}

/** A number with its secrets. Those that are set are not shown, and stay when their fields are left empty. */
export function NumberForm({ number, onSaved }: NumberFormProps) {
  const t = useT()
  const client = useClient()
  const { busy, problem, run } = useSaving(onSaved)
  const submit = (form: FormData) => {
    const given = (name: string) => (fieldOf(form, name) === '' ? {} : { [name]: fieldOf(form, name) })
    const account = number?.account ?? fieldOf(form, 'account')
    const secrets = { ...given('accessToken'), ...given('appSecret') }
    return saveNumber(client, { account, business: fieldOf(form, 'business'), ...secrets })
  }
  const digits = { inputMode: 'numeric', pattern: '\\s*[0-9]+\\s*', autoComplete: 'off', required: true } as const
  const token = number?.accessToken
  return (
    <form onSubmit={(event) => void run(event, submit)} className="flex flex-col gap-3 pt-1">
      {number === undefined ? (
        <TextField
          label={t('channels.account')}
          hint={t('channels.account-hint')}
          name="account"
          {...digits}
          {...at(problem, 'account')}
        />
      ) : null}
      <TextField
        label={t('channels.business')}
        hint={t('channels.business-hint')}
        name="business"
        defaultValue={number?.business}
        {...digits}
        {...at(problem, 'business')}
      />
      <TextField
        label={t('channels.token')}
        hint={token === undefined ? t('channels.token-hint') : t('channels.keep', { end: token.endsWith })}
        name="accessToken"
        {...secret}
        required={token === undefined}
        {...at(problem, 'accessToken')}
      />
      {number === undefined || number.appSecrets.length === 0 ? (
        <TextField
          label={t('channels.secret')}
          hint={t('channels.secret-hint')}
          name="appSecret"
          {...secret}
          required
          {...at(problem, 'appSecret')}
        />
      ) : null}
      <Elsewhere problem={problem} />
      <Button type="submit" look="primary" busy={busy} className="self-start">
        {t(number === undefined ? 'channels.connect' : 'channels.save')}
      </Button>
    </form>
  )
}

/** A new app secret beside the one in use. */
export function AppSecretForm(props: { readonly account: string; readonly onSaved: () => Promise<unknown> }) {
  const t = useT()
  const client = useClient()
  const { busy, problem, run } = useSaving(props.onSaved)
  const submit = (form: FormData) => rotateAppSecret(client, props.account, fieldOf(form, 'appSecret'))
  return (
    <form onSubmit={(event) => void run(event, submit)} className="flex flex-col gap-3 pt-2">
      <TextField
        label={t('channels.new-secret')}
        hint={t('channels.secret-hint')}
        name="appSecret"
        {...secret}
        required
        {...at(problem, 'appSecret')}
      />
      <Elsewhere problem={problem} />
      <Button type="submit" look="primary" busy={busy} className="self-start">
        {t('channels.save')}
      </Button>
    </form>
  )
}

/** Nobody looks over a shoulder at it, and no browser keeps it. */
const secret = { type: 'password', autoComplete: 'new-password', spellCheck: false } as const

type Save = (form: FormData) => Promise<{ readonly ok: true } | { readonly ok: false; readonly error: ProblemReport }>

/** Saving a form: whether it runs, and what the server had against it. */
export function useSaving(onSaved: () => Promise<unknown>) {
  const t = useT()
  const client = useClient()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const run = async (event: FormEvent<HTMLFormElement>, save: Save) => {
    event.preventDefault()
    setBusy(true)
    const result = await save(new FormData(event.currentTarget))
    setProblem(result.ok ? undefined : refusalText(result.error, t))
    if (result.ok) {
      client.toasts.show({ tone: 'done', text: t('channels.saved') })
      await onSaved()
    }
    setBusy(false)
  }
  return { busy, problem, run }
}

const fields = ['account', 'business', 'accessToken', 'appSecret'] as const

/** The problem that the server has with one field; it names it before a colon. */
function at(problem: string | undefined, field: (typeof fields)[number]): { readonly problem?: string } {
  const begin = `${field}: `
  return problem?.startsWith(begin) === true ? { problem: problem.slice(begin.length) } : {}
}

/** A problem with none of the fields. */
function Elsewhere({ problem }: { readonly problem: string | undefined }) {
  if (problem === undefined || fields.some((field) => at(problem, field).problem !== undefined)) return null
  return (
    <p role="alert" className="text-[13px] text-trouble">
      {problem}
    </p>
  )
}
