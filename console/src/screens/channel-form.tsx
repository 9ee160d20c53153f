import type { WhatsAppNumberView } from '#gateway/protocol.ts'
import { rotateAppSecret, saveNumber } from '../connection/connections.ts'
import { useClient, useT } from '../ui/context.tsx'
import { TextField } from '../ui/field.tsx'
import { given, SaveButton, secret, useSaving } from './connection-saving.tsx'
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
  const saving = useSaving(fields, onSaved)
  const { run, at } = saving
  const submit = (form: FormData) => {
    const account = number?.account ?? fieldOf(form, 'account')
    const secrets = { ...given(form, 'accessToken'), ...given(form, 'appSecret') }
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
          {...at('account')}
        />
      ) : null}
      <TextField
        label={t('channels.business')}
        hint={t('channels.business-hint')}
        name="business"
        defaultValue={number?.business}
        {...digits}
        {...at('business')}
      />
      <TextField
        label={t('channels.token')}
        hint={token === undefined ? t('channels.token-hint') : t('channels.keep', { end: token.endsWith })}
        name="accessToken"
        {...secret}
        required={token === undefined}
        {...at('accessToken')}
      />
      {number === undefined || number.appSecrets.length === 0 ? (
        <TextField
          label={t('channels.secret')}
          hint={t('channels.secret-hint')}
          name="appSecret"
          {...secret}
          required
          {...at('appSecret')}
        />
      ) : null}
      <SaveButton saving={saving} label={t(number === undefined ? 'channels.connect' : 'channels.save')} />
    </form>
  )
}

/** A new app secret beside the one in use. */
export function AppSecretForm(props: { readonly account: string; readonly onSaved: () => Promise<unknown> }) {
  const t = useT()
  const client = useClient()
  const saving = useSaving(fields, props.onSaved)
  const { run, at } = saving
  const submit = (form: FormData) => rotateAppSecret(client, props.account, fieldOf(form, 'appSecret'))
  return (
    <form onSubmit={(event) => void run(event, submit)} className="flex flex-col gap-3 pt-2">
      <TextField
        label={t('channels.new-secret')}
        hint={t('channels.secret-hint')}
        name="appSecret"
        {...secret}
        required
        {...at('appSecret')}
      />
      <SaveButton saving={saving} label={t('channels.save')} />
    </form>
  )
}

const fields = ['account', 'business', 'accessToken', 'appSecret'] as const
