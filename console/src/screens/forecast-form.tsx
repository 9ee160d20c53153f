import { FileUp, Telescope } from 'lucide-react'
import { useEffect, useMemo, useRef, useState, type FormEvent } from 'react'
import type { CampaignChannel, ForecastAsk, ForecastAudience, TemplateView } from '#gateway/protocol.ts'
import { askForecast, listTemplates } from '../connection/forecasts.ts'
import { AskedStore } from '../stores/asked-store.ts'
import { contactsIn } from '../stores/forecast-text.ts'
import { stages, temperatures } from '../stores/route.ts'
import { channelWord } from '../text/channel-word.ts'
import { Button } from '../ui/button.tsx'
import { useClient, useStore, useT, useText } from '../ui/context.tsx'
import { Select, TextArea, TextField } from '../ui/field.tsx'

const channels = ['whatsapp', 'sms', 'email'] as const
const talks = ['widget', 'whatsapp', 'sms', 'email'] as const
const languages = ['en', 'hi', 'es', 'ar'] as const

interface Draft {
  readonly channel: CampaignChannel
  /** As `name/language`; '' for none. */
  readonly template: string
  readonly purpose: 'marketing' | 'utility'
  readonly perSecond: string
  readonly start: string
  readonly audience: { readonly [field in Narrowing]: string }
  readonly list: string
}

type Narrowing = 'temperature' | 'stage' | 'source' | 'city' | 'channel' | 'language' | 'country'

const everybody = { temperature: '', stage: '', source: '', city: '', channel: '', language: '', country: '' } as const
const blank: Draft = {
  channel: 'whatsapp',
  template: '',
  purpose: 'marketing',
  perSecond: '20',
  start: '',
  audience: everybody,
  list: '',
}

/** What is to be sent, to whom, how fast and from when. */
export function ForecastForm({ onBegun }: { readonly onBegun: (id: string) => void }) {
  const t = useT()
  const client = useClient()
  const [draft, setDraft] = useState(blank)
  const begun = useMemo(() => new AskedStore((ask: ForecastAsk) => askForecast(client, ask)), [client])
  const { busy, problem: refused } = useStore(begun.state)
  const known = useMemo(() => new AskedStore(() => listTemplates(client)), [client])
  const { value: templates, problem: unread } = useStore(known.state)
  useEffect(() => void known.ask(), [known])
  const problem = refused ?? unread
  const set = (change: Partial<Draft>) => setDraft((now) => ({ ...now, ...change }))
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const answer = await begun.ask(askOf(draft, templates ?? [], client.nowMs()))
    if (answer.ok) onBegun(answer.value.id)
  }
  return (
    <form onSubmit={(event) => void submit(event)} className="flex min-w-0 flex-col gap-6">
      <p className="max-w-prose text-ink-2">{t('forecast.hint')}</p>
      <fieldset className="flex flex-col gap-3">
        <legend className="mb-2 font-semibold">{t('forecast.message')}</legend>
        <Message draft={draft} templates={templates} onChange={set} />
      </fieldset>
      <fieldset className="flex flex-col gap-3">
        <legend className="mb-1 font-semibold">{t('forecast.audience')}</legend>
        <p className="text-[13px] text-ink-3">{t('forecast.audience-hint')}</p>
        <Narrow
          chosen={draft.audience}
          onChange={(field, value) => set({ audience: { ...draft.audience, [field]: value } })}
        />
        <List list={draft.list} onChange={(list) => set({ list })} />
      </fieldset>
      {problem === undefined ? null : (
        <p role="alert" className="text-trouble">
          {problem.message}
        </p>
      )}
      <Button type="submit" look="primary" icon={Telescope} busy={busy} className="self-start">
        {t('forecast.go')}
      </Button>
    </form>
  )
}

interface MessageProps {
  readonly draft: Draft
  readonly templates: readonly TemplateView[] | undefined
  readonly onChange: (change: Partial<Draft>) => void
}

function Message({ draft, templates, onChange }: MessageProps) {
  const t = useT()
  const chosen = templates?.find((each) => keyOf(each) === draft.template)
  return (
    <>
      <div className="flex flex-wrap gap-3">
        <Select
          label={t('forecast.channel')}
          labelled
          value={draft.channel}
          options={channels.map((value) => ({ value, label: channelWord(value, t) }))}
          onChange={(channel) => onChange({ channel })}
        />
        {draft.channel === 'whatsapp' ? (
          <Select
            label={t('forecast.template')}
            labelled
            value={draft.template}
            options={[
              { value: '', label: t('forecast.template-none') },
              ...(templates ?? []).map((each) => ({ value: keyOf(each), label: `${each.name} (${each.language})` })),
            ]}
            onChange={(template) => onChange({ template })}
          />
        ) : null}
        {draft.channel === 'whatsapp' && chosen !== undefined ? null : (
          <Select
            label={t('forecast.purpose')}
            labelled
            value={draft.purpose}
            options={(['marketing', 'utility'] as const).map((value) => ({
              value,
              label: t(`forecast.purpose.${value}`),
            }))}
            onChange={(purpose) => onChange({ purpose })}
          />
        )}
      </div>
      {draft.channel === 'whatsapp' && templates?.length === 0 ? (
        <p className="text-[13px] text-ink-3">{t('forecast.no-templates')}</p>
      ) : null}
      {chosen === undefined ? null : (
        <div className="max-w-prose rounded-box border border-line bg-surface px-3 py-2">
          <p dir="auto" className="wrap-anywhere whitespace-pre-wrap">
            {chosen.body}
          </p>
          <p className="mt-1 text-[12.5px] text-ink-3">{t(`forecast.purpose.${purposeOf(chosen)}`)}</p>
        </div>
      )}
      <Pace draft={draft} onChange={onChange} />
    </>
  )
}

function Pace({ draft, onChange }: Omit<MessageProps, 'templates'>) {
  const t = useT()
  return (
    <div className="grid max-w-xl gap-3 sm:grid-cols-2">
      <TextField
        type="number"
        label={t('forecast.speed')}
        value={draft.perSecond}
        min={0.01}
        max={1000}
        step="any"
        required
        onChange={(event) => onChange({ perSecond: event.target.value })}
      />
      <TextField
        type="datetime-local"
        label={t('forecast.start')}
        hint={t('forecast.start-hint')}
        value={draft.start}
        onChange={(event) => onChange({ start: event.target.value })}
      />
    </div>
  )
}

interface NarrowProps {
  readonly chosen: Draft['audience']
  readonly onChange: (field: Narrowing, value: string) => void
}

function Narrow({ chosen, onChange }: NarrowProps) {
  const t = useT()
  const any = { value: '', label: t('forecast.any') }
  const { locale } = useText()
  const languageWords = new Intl.DisplayNames([locale], { type: 'language' })
  const choices = [
    [
      'temperature',
      t('forecast.temperature'),
      temperatures.map((value) => ({ value, label: t(`temperature.${value}`) })),
    ],
    ['stage', t('forecast.stage'), stages.map((value) => ({ value, label: t(`stage.${value}`) }))],
    ['channel', t('forecast.talks'), talks.map((value) => ({ value, label: channelWord(value, t) }))],
    [
      'language',
      t('forecast.language'),
      languages.map((value) => ({ value, label: languageWords.of(value) ?? value })),
    ],
  ] as const
  return (
    <div className="grid max-w-xl grid-cols-2 gap-3 sm:grid-cols-3">
      {choices.map(([field, label, options]) => (
        <Select
          key={field}
          label={label}
          labelled
          value={chosen[field]}
          options={[any, ...options]}
          onChange={(value: string) => onChange(field, value)}
        />
      ))}
      <TextField
        label={t('forecast.source')}
        value={chosen.source}
        maxLength={200}
        placeholder="meta-ad"
        onChange={(event) => onChange('source', event.target.value)}
      />
      <TextField
        label={t('forecast.city')}
        value={chosen.city}
        maxLength={200}
        onChange={(event) => onChange('city', event.target.value)}
      />
      <TextField
        label={t('forecast.country')}
        value={chosen.country}
        maxLength={2}
        placeholder="IN"
        pattern="[A-Za-z]{2}"
        onChange={(event) => onChange('country', event.target.value.toUpperCase())}
      />
    </div>
  )
}

function List({ list, onChange }: { readonly list: string; readonly onChange: (list: string) => void }) {
  const t = useT()
  const input = useRef<HTMLInputElement>(null)
  const found = contactsIn(list).length
  return (
    <div className="max-w-xl">
      <TextArea
        label={t('forecast.list')}
        hint={t('forecast.list-hint')}
        value={list}
        onChange={(event) => onChange(event.target.value)}
      />
      <div className="mt-2 flex flex-wrap items-center gap-3">
        <Button small icon={FileUp} onClick={() => input.current?.click()}>
          {t('forecast.list-file')}
        </Button>
        <input
          ref={input}
          type="file"
          accept=".csv,.txt,text/csv,text/plain"
          aria-label={t('forecast.list-file')}
          className="sr-only"
          tabIndex={-1}
          onChange={(event) => {
            const [file] = event.target.files ?? []
            event.target.value = ''
            if (file !== undefined) void file.text().then((text) => onChange(contactsIn(text).join('\n')))
          }}
        />
        {list.trim() === '' ? null : (
          <p role="status" className="text-[13px] text-ink-2">
            {t('forecast.list-found', { count: found })}
          </p>
        )}
      </div>
    </div>
  )
}

function askOf(draft: Draft, templates: readonly TemplateView[], nowMs: number): ForecastAsk {
  const { channel, list, start, perSecond } = draft
  const chosen = channel === 'whatsapp' ? templates.find((each) => keyOf(each) === draft.template) : undefined
  const narrowed = Object.entries(draft.audience).flatMap(([field, value]) => {
    const trimmed = value.trim()
    return trimmed === '' ? [] : [[field, trimmed] as const]
  })
  const audience: ForecastAudience = {
    ...Object.fromEntries(narrowed),
    ...(list.trim() === '' ? {} : { contacts: contactsIn(list) }),
  }
  const startAtMs = start === '' ? nowMs : new Date(start).getTime()
  return {
    audience,
    channel,
    perSecond: Number(perSecond),
    startAtMs,
    ...(chosen === undefined
      ? { purpose: draft.purpose }
      : {
          purpose: purposeOf(chosen),
          account: chosen.account,
          template: { name: chosen.name, language: chosen.language },
        }),
  }
}

function purposeOf({ category }: TemplateView): 'marketing' | 'utility' {
  return category === 'utility' ? 'utility' : 'marketing'
}

function keyOf({ account, name, language }: TemplateView): string {
  return `${account}/${name}/${language}`
}
