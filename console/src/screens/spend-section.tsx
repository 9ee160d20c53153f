import { useEffect, useMemo, useState, type FormEvent } from 'react'
import type { SpendLine, SpendView } from '#gateway/protocol.ts'
import { limitSpend, readSpend } from '../connection/spend.ts'
import { AskedStore } from '../stores/asked-store.ts'
import { microsIn } from '../stores/spend-amount.ts'
import { channelWord } from '../text/channel-word.ts'
import { count, spent } from '../text/format.ts'
import { refusalText } from '../text/refusal.ts'
import { Button } from '../ui/button.tsx'
import { useClient, useStore, useT } from '../ui/context.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { TextField } from '../ui/field.tsx'
import { Failed, Skeleton } from '../ui/states.tsx'

/** What messages have cost this month, against what they may cost, and changing that. */
export function SpendSection() {
  const t = useT()
  const client = useClient()
  const asked = useMemo(() => new AskedStore(() => readSpend(client)), [client])
  const { value: view, problem } = useStore(asked.state)
  const [changing, setChanging] = useState(false)
  const reload = asked.ask
  useEffect(() => void reload(), [reload])
  const saved = async () => {
    setChanging(false)
    await reload()
  }
  return (
    <section aria-labelledby="spend" className="mt-10 border-t border-line pt-6">
      <div className="flex flex-wrap items-center gap-2">
        <h2 id="spend" className="mr-auto text-[17px] font-semibold">
          {t('spend.title')}
        </h2>
        {view === undefined ? null : (
          <Button small onClick={() => setChanging(true)}>
            {t('spend.change')}
          </Button>
        )}
      </div>
      <p className="mt-1 mb-5 text-ink-2">{t('spend.hint')}</p>
      {view !== undefined ? (
        <Month view={view} />
      ) : problem === undefined ? (
        <Skeleton rows={2} height={44} />
      ) : (
        <Failed text={refusalText(problem, t)} onRetry={() => void reload()} />
      )}
      {changing && view !== undefined ? (
        <Dialog title={t('spend.change')} onClose={() => setChanging(false)}>
          <LimitForm view={view} onSaved={saved} />
        </Dialog>
      ) : null}
    </section>
  )
}

function Month({ view }: { readonly view: SpendView }) {
  const t = useT()
  const { currency, spentMicros, reservedMicros, limitMicros, holding, assumed, lines } = view
  const amount = spent(spentMicros, currency)
  const share = limitMicros === undefined ? 0 : limitMicros === 0 ? 1 : Math.min(1, spentMicros / limitMicros)
  const isNearly = share >= 0.8
  return (
    <>
      <p className="tabular text-[20px] font-semibold">
        {limitMicros === undefined
          ? t('spend.no-limit', { spent: amount })
          : t('spend.of-limit', { spent: amount, limit: spent(limitMicros, currency) })}
        {reservedMicros === 0 ? null : (
          <span className="ml-3 text-[13px] font-normal text-ink-3">
            {t('spend.reserved', { amount: spent(reservedMicros, currency) })}
          </span>
        )}
      </p>
      {limitMicros === undefined ? null : (
        <div
          role="meter"
          aria-label={t('spend.share')}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.round(share * 100)}
          className="mt-2 h-2 overflow-hidden rounded-full bg-sunken"
        >
          <div
            className={`h-full rounded-full ${holding ? 'bg-trouble' : isNearly ? 'bg-waiting' : 'bg-accent'}`}
            style={{ width: `${share * 100}%` }}
          />
        </div>
      )}
      {holding ? (
        <p className="mt-2 text-trouble">{t('spend.holding')}</p>
      ) : isNearly ? (
        <p className="mt-2 text-waiting">{t('spend.nearly')}</p>
      ) : null}
      {assumed === true ? <p className="mt-2 text-[13px] text-ink-3">{t('spend.assumed')}</p> : null}
      {lines.length === 0 ? (
        <p className="mt-4 text-ink-3">{t('spend.none')}</p>
      ) : (
        <Lines lines={lines} currency={currency} />
      )}
    </>
  )
}

function Lines({ lines, currency }: { readonly lines: readonly SpendLine[]; readonly currency: string }) {
  const t = useT()
  const dearest = lines.toSorted((one, other) => other.micros - one.micros)
  return (
    <table className="mt-4 w-full text-left text-[13px]" aria-labelledby="spend">
      <thead className="text-ink-3">
        <tr className="border-b border-line">
          <th className="py-2 pr-3 font-medium">{t('spend.channel')}</th>
          <th className="py-2 pr-3 font-medium">{t('spend.category')}</th>
          <th className="py-2 pr-3 text-right font-medium">{t('spend.messages')}</th>
          <th className="py-2 text-right font-medium">{t('spend.cost')}</th>
        </tr>
      </thead>
      <tbody className="tabular">
        {dearest.map((line) => (
          <tr key={`${line.channel}/${line.category}`} className="border-b border-line last:border-0">
            <td className="py-2 pr-3">{channelWord(line.channel, t)}</td>
            <td className="py-2 pr-3">{t(`spend.category.${line.category}`)}</td>
            <td className="py-2 pr-3 text-right">{count(line.messages)}</td>
            <td className="py-2 text-right">{spent(line.micros, currency)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function LimitForm({ view, onSaved }: { readonly view: SpendView; readonly onSaved: () => Promise<unknown> }) {
  const t = useT()
  const client = useClient()
  const [problem, setProblem] = useState<string>()
  const [busy, setBusy] = useState(false)
  const { limitMicros, currency } = view
  const save = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const typed = new FormData(event.currentTarget).get('limit')
    const micros = microsIn(typeof typed === 'string' ? typed : '')
    if (micros === undefined) return setProblem(t('spend.limit-wrong'))
    setBusy(true)
    const result = await limitSpend(client, micros)
    setBusy(false)
    if (!result.ok) return setProblem(refusalText(result.error, t))
    client.toasts.show({ tone: 'done', text: t('channels.saved') })
    await onSaved()
  }
  return (
    <form onSubmit={(event) => void save(event)} className="flex flex-col gap-4">
      <TextField
        label={t('spend.limit', { currency })}
        hint={t('spend.limit-hint')}
        name="limit"
        inputMode="decimal"
        autoComplete="off"
        onInput={() => setProblem(undefined)}
        defaultValue={limitMicros === undefined ? '' : String(limitMicros / 1_000_000)}
        {...(problem === undefined ? {} : { problem })}
      />
      <Button type="submit" look="primary" busy={busy} className="self-start">
        {t('save')}
      </Button>
    </form>
  )
}
