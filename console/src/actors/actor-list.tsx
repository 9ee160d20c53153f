import { CircleCheck, Radio, Workflow } from 'lucide-react'
import { useCallback, useMemo, useState, type FormEvent } from 'react'
import { catalogue } from '#machines/catalogue.ts'
import type { ActorRow } from '#gateway/protocol.ts'
import { fieldOf } from '../screens/form.ts'
import { hashOf } from '../stores/route.ts'
import { shortWhen } from '../text/format.ts'
import { Badge, TroubleBadge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { useClient, useNow, useT, useText } from '../ui/context.tsx'
import { fieldLook, Select } from '../ui/field.tsx'
import { useLoaded } from '../ui/loaded.tsx'
import { Empty, Failed, Page, Skeleton } from '../ui/states.tsx'

/** Fewer than this is a page that was not full. */
const pageMin = 20

type Status = '' | ActorRow['status']

/** Every actor by kind, the last to move first. */
export function ActorListScreen({ kind }: { readonly kind?: string }) {
  const t = useT()
  const client = useClient()
  const [status, setStatus] = useState<Status>('')
  const { rows, problem, retry, more } = useActors(kind, status)
  return (
    <Page
      title={t('actors.title')}
      actions={
        <>
          <AddressField />
          <Select
            label={t('actors.kind')}
            value={kind ?? ''}
            options={[
              { value: '', label: t('actors.any-kind') },
              ...catalogue.map((each) => ({ value: each.kind, label: each.kind })),
            ]}
            onChange={(value) => client.go({ screen: 'actors', ...(value === '' ? {} : { kind: value }) })}
          />
          <Select<Status>
            label={t('actors.status')}
            value={status}
            options={[
              { value: '', label: t('actors.any-status') },
              ...(['active', 'done', 'failed'] as const).map((value) => ({
                value,
                label: t(`actors.status.${value}`),
              })),
            ]}
            onChange={setStatus}
          />
        </>
      }
    >
      <p className="mb-3 text-ink-2">{t('actors.hint')}</p>
      {problem !== undefined ? (
        <Failed text={problem.message} onRetry={retry} />
      ) : rows === undefined ? (
        <Skeleton rows={10} height={40} />
      ) : rows.length === 0 ? (
        <Empty icon={Workflow} title={t('actors.none')} text={t('actors.none-hint')} />
      ) : (
        <>
          <ActorTable rows={rows} />
          {more === undefined ? null : (
            <Button className="mt-4" onClick={more}>
              {t('leads.more')}
            </Button>
          )}
        </>
      )}
    </Page>
  )
}

function AddressField() {
  const t = useT()
  const client = useClient()
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const address = fieldOf(new FormData(event.currentTarget), 'address')
    if (address !== '') client.go({ screen: 'actor', address })
  }
  return (
    <form onSubmit={submit} className="max-md:w-full">
      <input
        name="address"
        aria-label={t('actors.open-address')}
        placeholder={t('actors.address-hint')}
        className={`${fieldLook} h-8 min-w-56 font-mono text-[12.5px]`}
      />
    </form>
  )
}

function ActorTable({ rows }: { readonly rows: readonly ActorRow[] }) {
  const { t, locale } = useText()
  const nowMs = useNow(30_000)
  return (
    <div className="relative overflow-x-auto" tabIndex={0} role="region" aria-label={t('actors.title')}>
      <table className="w-full min-w-[560px] border-collapse text-left">
        <thead className="text-[12.5px] text-ink-3">
          <tr className="border-b border-line">
            <th className="py-2 pr-3 font-medium">{t('actors.address')}</th>
            <th className="py-2 pr-3 font-medium">{t('actors.status')}</th>
            <th className="py-2 pr-3 text-right font-medium">{t('actors.revision')}</th>
            <th className="py-2 text-right font-medium">{t('actors.changed')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.address} className="relative border-b border-line hover:bg-hover">
              <td className="py-1.5 pr-3">
                <a
                  href={hashOf({ screen: 'actor', address: row.address })}
                  className="font-mono text-[13px] after:absolute after:inset-0"
                >
                  {row.address}
                </a>
                <span className="ml-2 text-[12.5px] text-ink-3">{row.machine}</span>
              </td>
              <td className="py-1.5 pr-3">
                {row.status === 'failed' ? (
                  <TroubleBadge>{t('actors.status.failed')}</TroubleBadge>
                ) : (
                  <Badge tone="neutral" icon={row.status === 'active' ? Radio : CircleCheck}>
                    {t(`actors.status.${row.status}`)}
                  </Badge>
                )}
              </td>
              <td className="tabular py-1.5 pr-3 text-right text-ink-2">{row.revision}</td>
              <td className="tabular py-1.5 text-right text-ink-3">{shortWhen(row.updatedAtMs, nowMs, locale)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function useActors(kind: string | undefined, status: Status) {
  const { connection } = useClient()
  const [ended, setEnded] = useState(false)
  const command = useMemo(
    () => ({
      type: 'actor.list' as const,
      ...(kind === undefined ? {} : { kind }),
      ...(status === '' ? {} : { status }),
    }),
    [kind, status],
  )
  const options = useCallback(() => ({ command }), [command])
  const { value: rows, problem, store } = useLoaded(options)
  const last = rows?.at(-1)
  const more = async () => {
    const reply = await connection.send({ ...command, ...(last === undefined ? {} : { beforeMs: last.updatedAtMs }) })
    if (!reply.ok) return
    const held = new Set(rows?.map((row) => row.address))
    const fresh = reply.value.filter((row) => !held.has(row.address))
    setEnded(fresh.length === 0)
    store.change((now) => [...now, ...fresh])
  }
  const whole = ended || (rows?.length ?? 0) < pageMin
  return { rows, problem, retry: () => void store.load(), more: whole ? undefined : () => void more() }
}
