import { KeyRound, LogIn } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import type { ProblemReport } from '#gateway/protocol.ts'
import type { SessionState } from '../connection/session.ts'
import { Button } from '../ui/button.tsx'
import { useClient, useStore, useT } from '../ui/context.tsx'
import { TextField } from '../ui/field.tsx'
import { fieldOf, rawFieldOf } from './form.ts'

const passwordMin = 10

/** Sign in with email and password or a one-time code; after a code, choose a password and the name customers see. */
export function SignInScreen({ state }: { readonly state: SessionState }) {
  const t = useT()
  const client = useClient()
  const { language } = useStore(client.preferences)
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center p-6">
      <div className="w-full max-w-sm">
        <img src={`${import.meta.env.BASE_URL}icon.svg`} alt="" width={40} height={40} className="mb-5" />
        {state.kind === 'starting' ? (
          <Starting unreachable={state.unreachable} />
        ) : state.kind === 'signed-in' ? (
          <SetPassword name={state.signedIn.member.name} />
        ) : (
          <SignInForm {...(state.reason === undefined ? {} : { reason: state.reason })} />
        )}
        <button
          type="button"
          lang={language === 'en' ? 'hi' : 'en'}
          onClick={() => client.setPreferences({ language: language === 'en' ? 'hi' : 'en' })}
          className="mt-8 text-[13px] text-ink-2 underline underline-offset-2 hover:text-ink"
        >
          {t('language.other')}
        </button>
      </div>
    </main>
  )
}

function Starting({ unreachable }: { readonly unreachable: boolean }) {
  const t = useT()
  return (
    <div role="status">
      <h1 className="text-[19px] font-semibold">FineAcers</h1>
      <p className="mt-1 text-ink-2">{unreachable ? t('sign-in.unreachable') : t('loading')}</p>
    </div>
  )
}

function SignInForm({ reason }: { readonly reason?: string }) {
  const t = useT()
  const client = useClient()
  const [byCode, setByCode] = useState(false)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<ProblemReport>()
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const said = (name: string) => fieldOf(form, name)
    setBusy(true)
    const credentials = byCode
      ? { code: said('code') }
      : { email: said('email'), password: rawFieldOf(form, 'password') }
    setProblem(await client.session.signIn(credentials))
    setBusy(false)
  }
  return (
    <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
      <div>
        <h1 className="text-[19px] font-semibold">{t('sign-in.title')}</h1>
        <p className="mt-1 text-ink-2">{byCode ? t('sign-in.code-hint') : t('sign-in.hint')}</p>
      </div>
      {reason === undefined ? null : (
        <p className="rounded-box bg-waiting-soft p-2.5 text-waiting">{t('sign-in.again')}</p>
      )}
      {byCode ? (
        <TextField key="code" label={t('sign-in.code')} name="code" autoComplete="one-time-code" required autoFocus />
      ) : (
        <>
          <TextField
            key="email"
            label={t('sign-in.email')}
            name="email"
            type="email"
            autoComplete="username"
            required
            autoFocus
          />
          <TextField
            label={t('sign-in.password')}
            name="password"
            type="password"
            autoComplete="current-password"
            required
          />
        </>
      )}
      {problem === undefined ? null : (
        <p role="alert" className="text-trouble">
          {problem.code === 'unauthenticated' ? t(byCode ? 'sign-in.wrong-code' : 'sign-in.wrong') : problem.message}
        </p>
      )}
      <Button type="submit" look="primary" icon={LogIn} busy={busy}>
        {t('sign-in.go')}
      </Button>
      <Button
        look="quiet"
        icon={KeyRound}
        onClick={() => {
          setByCode(!byCode)
          setProblem(undefined)
        }}
      >
        {byCode ? t('sign-in.by-password') : t('sign-in.by-code')}
      </Button>
    </form>
  )
}

function SetPassword({ name }: { readonly name: string }) {
  const t = useT()
  const client = useClient()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const password = rawFieldOf(form, 'password')
    if (password.length < passwordMin) {
      setProblem(t('sign-in.short', { count: passwordMin }))
      return
    }
    setBusy(true)
    const refused = await client.session.setPassword(password, fieldOf(form, 'name'))
    setProblem(refused?.message)
    setBusy(false)
  }
  return (
    <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
      <div>
        <h1 className="text-[19px] font-semibold">{t('welcome.title')}</h1>
        <p className="mt-1 text-ink-2">{t('welcome.hint')}</p>
      </div>
      <TextField
        label={t('welcome.name')}
        hint={t('welcome.name-hint')}
        name="name"
        defaultValue={name}
        autoComplete="name"
        required
        autoFocus
      />
      <TextField
        label={t('welcome.password')}
        hint={t('welcome.password-hint', { count: passwordMin })}
        name="password"
        type="password"
        autoComplete="new-password"
        required
        {...(problem === undefined ? {} : { problem })}
      />
      <Button type="submit" look="primary" busy={busy}>
        {t('welcome.go')}
      </Button>
    </form>
  )
}
