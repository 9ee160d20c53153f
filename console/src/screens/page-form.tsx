import type { PageView } from '#gateway/protocol.ts'
import { savePage } from '../connection/pages.ts'
import { useClient, useT } from '../ui/context.tsx'
import { TextArea, TextField } from '../ui/field.tsx'
import { given, SaveButton, secret, useSaving } from './connection-saving.tsx'
import { consentsIn, linesOf } from './consent-lines.ts'
import { fieldOf } from './form.ts'

interface PageFormProps {
  /** The Page to change; absent for a new one. */
  readonly page?: PageView
  readonly onSaved: () => Promise<unknown>
}

/** A Page with its secrets. Those that are set are not shown, and stay when their fields are left empty. */
export function PageForm({ page, onSaved }: PageFormProps) {
  const t = useT()
  const client = useClient()
  const saving = useSaving(names, onSaved)
  const submit = (form: FormData) => {
    return savePage(client, {
      page: page?.page ?? fieldOf(form, 'page'),
      ...given(form, 'accessToken'),
      ...given(form, 'appSecret'),
      forms: fieldOf(form, 'forms')
        .split(/[\s,]+/u)
        .filter((id) => id !== ''),
      consents: consentsIn(fieldOf(form, 'consents')),
    })
  }
  const { accessToken: token, appSecret: own } = page ?? {}
  const field = (name: (typeof names)[number]) => ({ name, autoComplete: 'off', ...saving.at(name) })
  return (
    <form onSubmit={(event) => void saving.run(event, submit)} className="flex flex-col gap-3 pt-1">
      {page === undefined ? (
        <TextField
          label={t('pages.id')}
          hint={t('pages.id-hint')}
          inputMode="numeric"
          pattern="\s*[0-9]+\s*"
          required
          {...field('page')}
        />
      ) : null}
      <TextField
        label={t('pages.token')}
        hint={token === undefined ? t('pages.token-hint') : t('channels.keep', { end: token.endsWith })}
        required={token === undefined}
        {...field('accessToken')}
        {...secret}
      />
      <TextField
        label={t('pages.secret')}
        hint={own === undefined ? t('pages.secret-hint') : t('channels.keep', { end: own.endsWith })}
        {...field('appSecret')}
        {...secret}
      />
      <TextField
        label={t('pages.forms')}
        hint={t('pages.forms-hint')}
        defaultValue={page?.forms.join(', ')}
        {...field('forms')}
      />
      <TextArea
        label={t('pages.consents')}
        hint={t('pages.consents-hint')}
        defaultValue={linesOf(page?.consents ?? {})}
        {...field('consents')}
      />
      <SaveButton saving={saving} label={t(page === undefined ? 'channels.connect' : 'channels.save')} />
    </form>
  )
}

const names = ['page', 'accessToken', 'appSecret', 'forms', 'consents'] as const
