import { ArrowLeft, FileText, Film, Image, MessageSquareText, Send } from 'lucide-react'
import { useCallback, useState, type FormEvent } from 'react'
import type { FilledTemplate, TemplateView } from '#gateway/protocol.ts'
import { filledBody, placesIn } from '#machines/template-words.ts'
import { refusalText } from '../text/refusal.ts'
import { Button } from '../ui/button.tsx'
import { useClient, useT } from '../ui/context.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Select, TextField } from '../ui/field.tsx'
import { useLoaded } from '../ui/loaded.tsx'
import { Empty, Failed, Skeleton } from '../ui/states.tsx'
import {
  filledTemplate,
  firstLanguage,
  firstVariables,
  foundTemplates,
  languagesOf,
  linkKind,
} from './template-choice.ts'

interface PickerProps {
  readonly conversation: string
  /** The customer's name, for the variable that stands for it. */
  readonly customer: string
  readonly onClose: () => void
}

/** Picks an approved template, fills it in and sends it: what WhatsApp takes also when its window has closed. */
export function TemplatePicker({ conversation, customer, onClose }: PickerProps) {
  const t = useT()
  const client = useClient()
  const options = useCallback(() => ({ command: { type: 'template.list', conversation } as const }), [conversation])
  const { value, problem, store } = useLoaded(options)
  const [chosen, setChosen] = useState<TemplateView>()
  const send = ({ template, text }: { readonly template: FilledTemplate; readonly text: string }) => {
    void client.outbox.submit(conversation, text, template)
    onClose()
  }
  return (
    <Dialog title={t('template.title')} description={t('template.hint')} onClose={onClose} wide>
      {problem !== undefined ? (
        <Failed text={refusalText(problem, t)} onRetry={() => void store.load()} />
      ) : value === undefined ? (
        <Skeleton rows={4} height={56} />
      ) : chosen === undefined ? (
        <Choice templates={value.templates} spoken={value.language} onChoose={setChosen} />
      ) : (
        <Filling template={chosen} customer={customer} onBack={() => setChosen(undefined)} onSend={send} />
      )}
    </Dialog>
  )
}

function Choice({
  templates,
  spoken,
  onChoose,
}: {
  readonly templates: readonly TemplateView[]
  /** The customer's language. */
  readonly spoken: string | undefined
  readonly onChoose: (template: TemplateView) => void
}) {
  const t = useT()
  const [search, setSearch] = useState('')
  const [language, setLanguage] = useState(() => firstLanguage(templates, spoken))
  const found = foundTemplates(templates, { search, language })
  const languages = languagesOf(templates).map((each) => ({ value: each, label: each }))
  return (
    <>
      <div className="flex flex-wrap items-end gap-3 pt-1 pb-3">
        <div className="min-w-48 flex-1">
          <TextField
            type="search"
            label={t('template.search')}
            value={search}
            autoFocus
            onChange={(event) => setSearch(event.target.value)}
          />
        </div>
        <Select
          label={t('template.language')}
          labelled
          value={language}
          options={[{ value: '', label: t('template.every-language') }, ...languages]}
          onChange={setLanguage}
        />
      </div>
      {found.length === 0 ? (
        <Empty icon={MessageSquareText} title={t('template.none')} text={t('template.none-hint')} />
      ) : (
        <ul className="divide-y divide-line border-t border-line">
          {found.map((each) => (
            <li key={`${each.name}/${each.language}`}>
              <button
                type="button"
                onClick={() => onChoose(each)}
                className="block w-full rounded-[5px] px-1.5 py-2.5 text-left hover:bg-hover"
              >
                <span className="flex flex-wrap items-baseline gap-x-2">
                  <span className="font-medium">{each.name}</span>
                  <span className="text-[12.5px] text-ink-2">
                    {each.language} · {kindOf(each, t)}
                  </span>
                </span>
                <span dir="auto" className="mt-0.5 line-clamp-2 text-ink-2">
                  {each.body}
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

function kindOf({ category }: TemplateView, t: ReturnType<typeof useT>): string {
  if (category === 'marketing') return t('template.marketing')
  return category === 'utility' ? t('template.utility') : category
}

interface FillingProps {
  readonly template: TemplateView
  readonly customer: string
  readonly onBack: () => void
  readonly onSend: (filled: { readonly template: FilledTemplate; readonly text: string }) => void
}

function Filling({ template, customer, onBack, onSend }: FillingProps) {
  const t = useT()
  const [variables, setVariables] = useState(() => firstVariables(template, customer))
  const [link, setLink] = useState('')
  const places = placesIn(template.body)
  const kind = linkKind(template)
  const filled = filledTemplate(template, { variables, link })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (filled !== undefined) onSend(filled)
  }
  const put = (at: number, value: string) => setVariables((now) => now.map((each, n) => (n === at ? value : each)))
  const firstEmpty = variables.indexOf('')
  return (
    <form onSubmit={submit} className="flex flex-col gap-3 pt-1">
      <Button small look="quiet" icon={ArrowLeft} className="self-start" onClick={onBack}>
        {t('template.back')}
      </Button>
      <div className="grid gap-4 md:grid-cols-2">
        <div className="flex flex-col gap-3">
          {kind === undefined ? null : (
            <TextField
              type="url"
              label={t('template.header', { kind: t(`template.header.${kind}`) })}
              placeholder="https://"
              value={link}
              required
              onChange={(event) => setLink(event.target.value)}
            />
          )}
          {places.map((place, at) => (
            <TextField
              key={place}
              label={t('template.variable', { name: place })}
              value={variables[at] ?? ''}
              required
              maxLength={1024}
              dir="auto"
              autoFocus={at === Math.max(0, firstEmpty)}
              onChange={(event) => put(at, event.target.value)}
            />
          ))}
        </div>
        <Preview template={template} variables={variables} link={link} />
      </div>
      {template.category === 'marketing' ? <p className="text-ink-2">{t('template.marketing-hint')}</p> : null}
      <Button type="submit" look="primary" icon={Send} className="self-end" disabled={filled === undefined}>
        {t('template.send')}
      </Button>
    </form>
  )
}

const headerIcons = { image: Image, video: Film, document: FileText } as const

/** The bubble on the customer's phone. */
function Preview({
  template,
  variables,
  link,
}: {
  readonly template: TemplateView
  readonly variables: readonly string[]
  readonly link: string
}) {
  const t = useT()
  const kind = linkKind(template)
  const Icon = kind === undefined ? undefined : headerIcons[kind]
  return (
    <section aria-label={t('template.preview')} className="min-w-0">
      <p className="mb-1 text-[13px] font-medium">{t('template.preview')}</p>
      <div className="rounded-box border border-line bg-canvas p-3">
        <div className="rounded-box bg-surface p-2.5 shadow-sm">
          {Icon === undefined ? null : (
            <div className="mb-2 flex h-20 items-center justify-center gap-2 rounded-[5px] bg-sunken px-2 text-ink-3">
              <Icon size={20} aria-hidden />
              <span className="truncate text-[12.5px]">{link}</span>
            </div>
          )}
          <p dir="auto" className="wrap-anywhere whitespace-pre-wrap">
            {filledBody(template.body, variables)}
          </p>
          {template.buttons.map((button, at) => (
            <p key={at} className="mt-2 border-t border-line pt-2 text-center font-medium text-accent-ink">
              {button.text}
            </p>
          ))}
        </div>
      </div>
    </section>
  )
}
