import { useId } from 'react'
import type { ConnectedAccountView } from '#gateway/protocol.ts'
import { saveAccount, type AccountKind } from '../connection/channel-accounts.ts'
import { useClient, useT } from '../ui/context.tsx'
import { fieldLook, TextField } from '../ui/field.tsx'
import { accountKinds, type AccountField } from './account-kinds.ts'
import { SaveButton, secret, useSaving } from './connection-saving.tsx'
import { fieldOf } from './form.ts'

interface AccountFormProps {
  readonly kind: AccountKind
  /** The account to change; absent for a new one. */
  readonly account?: ConnectedAccountView
  readonly onSaved: () => Promise<unknown>
}

/** A number or a mailbox with its secrets. Those that are set are not shown, and stay when their fields are left empty. */
export function AccountForm({ kind, account, onSaved }: AccountFormProps) {
  const t = useT()
  const client = useClient()
  const { fields } = accountKinds[kind]
  const saving = useSaving(
    fields.map(({ name }) => name),
    onSaved,
  )
  const submit = (form: FormData) => {
    const given = fields.flatMap(({ name, is }) => {
      const text = is === 'key' && account !== undefined ? account.account : fieldOf(form, name)
      return text === '' ? [] : [[name, is === 'number' ? Number(text) : text] as const]
    })
    return saveAccount(client, kind, Object.fromEntries(given))
  }
  return (
    <form onSubmit={(event) => void saving.run(event, submit)} className="flex flex-col gap-3 pt-1">
      {fields.map((field) => (
        <Field
          key={field.name}
          field={field}
          {...(account === undefined ? {} : { account })}
          {...saving.at(field.name)}
        />
      ))}
      <SaveButton saving={saving} label={t(account === undefined ? 'channels.connect' : 'channels.save')} />
    </form>
  )
}

interface FieldProps {
  readonly field: AccountField
  readonly account?: ConnectedAccountView
  readonly problem?: string
}

function Field({ field, account, problem }: FieldProps) {
  const t = useT()
  const { name, label, hint, is, options, byDefault } = field
  const known = account?.settings[name] ?? byDefault
  if (is === 'key' && account !== undefined) return null
  if (options !== undefined) return <Choice field={field} known={known === undefined ? undefined : String(known)} />
  const kept = is === 'secret' && account !== undefined
  const told = kept ? t('accounts.keep') : hint === undefined ? undefined : t(hint)
  return (
    <TextField
      label={t(label)}
      name={name}
      autoComplete="off"
      spellCheck={false}
      required={!kept && is !== 'optional'}
      {...(told === undefined ? {} : { hint: told })}
      {...(problem === undefined ? {} : { problem })}
      {...(is === 'secret' ? secret : {})}
      {...(is === 'number' ? { inputMode: 'numeric', pattern: '[0-9]+' } : {})}
      {...(known === undefined ? {} : { defaultValue: known })}
    />
  )
}

function Choice({ field, known }: { readonly field: AccountField; readonly known: string | undefined }) {
  const t = useT()
  const id = useId()
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-[13px] font-medium">
        {t(field.label)}
      </label>
      <select id={id} name={field.name} defaultValue={known} className={`${fieldLook} h-9`}>
        {field.options?.map(({ value, label }) => (
          <option key={value} value={value}>
            {t(label)}
          </option>
        ))}
      </select>
    </div>
  )
}
