import { useState, type FormEvent } from 'react'
import type { HttpResult } from '../connection/http.ts'
import { refusalText } from '../text/refusal.ts'
import { Button } from '../ui/button.tsx'
import { useClient, useT } from '../ui/context.tsx'
import { fieldOf } from './form.ts'

/** A field of a secret. Nobody looks over a shoulder at it, and no browser keeps it. */
export const secret = { type: 'password', autoComplete: 'new-password', spellCheck: false } as const

/** A field as it was filled in; one left empty is absent. */
export function given(form: FormData, name: string): Readonly<Record<string, string>> {
  const text = fieldOf(form, name)
  return text === '' ? {} : { [name]: text }
}

type Save = (form: FormData) => Promise<HttpResult<unknown>>

/** Saving a connection's form: whether it runs, and what the server had against one of the named fields or the whole. */
export function useSaving<Name extends string>(names: readonly Name[], onSaved: () => Promise<unknown>) {
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
  const at = (name: Name) => problemAt(problem, name)
  const elsewhere = names.some((name) => at(name).problem !== undefined) ? undefined : problem
  return { busy, run, at, elsewhere }
}

/** The problem that the server has with one field or a part of it; it names it before a colon. */
function problemAt(problem: string | undefined, name: string): { readonly problem?: string } {
  const [, told] = new RegExp(`^${name}(?:\\.[^:]*)?: (.*)$`, 's').exec(problem ?? '') ?? []
  return told === undefined ? {} : { problem: told }
}

interface SaveButtonProps {
  readonly saving: Pick<ReturnType<typeof useSaving>, 'busy' | 'elsewhere'>
  readonly label: string
}

/** The end of a form: a problem with none of its fields, and the button that saves it. */
export function SaveButton({ saving: { busy, elsewhere }, label }: SaveButtonProps) {
  return (
    <>
      {elsewhere === undefined ? null : (
        <p role="alert" className="text-[13px] text-trouble">
          {elsewhere}
        </p>
      )}
      <Button type="submit" look="primary" busy={busy} className="self-start">
        {label}
      </Button>
    </>
  )
}
