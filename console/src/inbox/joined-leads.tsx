import { Link2, Unlink } from 'lucide-react'
import { useState } from 'react'
import type { ApartLeadView, JoinedLeadView, LeadView, OtherLeadView } from '#gateway/protocol.ts'
import { hashOf } from '../stores/route.ts'
import { shortDay } from '../text/format.ts'
import type { T } from '../text/text.ts'
import { Button } from '../ui/button.tsx'
import { useClient, useMe, useText } from '../ui/context.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Section } from '../ui/section.tsx'

/** Which records this lead was joined from, when and by what, and which were separated from it; managers and admins may change either. */
export function JoinedLeads({ lead }: { readonly lead: LeadView }) {
  const { t } = useText()
  const { joined = [], apart = [] } = lead
  return (
    <>
      {joined.length === 0 ? null : (
        <Section title={t('joined.title')}>
          <ul className="flex flex-col gap-3">
            {joined.map((each) => (
              <Joined key={each.lead} each={each} lead={lead} />
            ))}
          </ul>
        </Section>
      )}
      {apart.length === 0 ? null : (
        <Section title={t('joined.apart')}>
          <ul className="flex flex-col gap-3">
            {apart.map((each) => (
              <Apart key={each.lead} each={each} lead={lead} />
            ))}
          </ul>
        </Section>
      )}
    </>
  )
}

/** On the page of a lead that is part of another: back to being its own. */
export function SeparateFromHere({ lead }: { readonly lead: LeadView }) {
  const { t } = useText()
  const [open, setOpen] = useState(false)
  const { name, phone, email } = lead.profile
  if (!useMayChange()) return null
  const key = phone ?? email
  return (
    <>
      <Button small icon={Unlink} className="ml-2" onClick={() => setOpen(true)}>
        {t('joined.separate')}
      </Button>
      {open ? (
        <SeparateDialog
          lead={lead.lead}
          who={name ?? key ?? t('leads.nameless')}
          other={t('joined.the-other')}
          shared={key}
          onClose={() => setOpen(false)}
        />
      ) : null}
    </>
  )
}

function Joined({ each, lead }: { readonly each: JoinedLeadView; readonly lead: LeadView }) {
  const { t, locale } = useText()
  const [open, setOpen] = useState(false)
  const mayChange = useMayChange()
  return (
    <li>
      <OtherLead other={each} />
      <p className="text-[13px] text-ink-3">
        {t(`joined.by.${each.evidence}`, { key: each.key, who: each.by ?? '', day: shortDay(each.atMs, locale) })}
      </p>
      {mayChange ? (
        <Button small icon={Unlink} className="mt-1" onClick={() => setOpen(true)}>
          {t('joined.separate')}
        </Button>
      ) : null}
      {open ? (
        <SeparateDialog
          lead={each.lead}
          who={nameOf(each, t)}
          other={lead.profile.name ?? t('joined.this-lead')}
          shared={each.key === '' ? undefined : each.key}
          onClose={() => setOpen(false)}
        />
      ) : null}
    </li>
  )
}

function Apart({ each, lead }: { readonly each: ApartLeadView; readonly lead: LeadView }) {
  const { t, locale } = useText()
  const client = useClient()
  const [busy, setBusy] = useState(false)
  const mayChange = useMayChange()
  const join = async () => {
    setBusy(true)
    const reply = await client.act({ type: 'lead.join', lead: each.lead, into: lead.lead })
    setBusy(false)
    if (reply.ok) client.toasts.show({ tone: 'done', text: t('joined.done-joined') })
  }
  return (
    <li>
      <OtherLead other={each} />
      <p className="text-[13px] text-ink-3">
        {t('joined.apart-by', { who: each.by, day: shortDay(each.atMs, locale) })}
        {each.reason === undefined ? null : ` «${each.reason}»`}
      </p>
      {mayChange && lead.status === 'active' ? (
        <Button small icon={Link2} className="mt-1" busy={busy} onClick={() => void join()}>
          {t('joined.join-again')}
        </Button>
      ) : null}
    </li>
  )
}

function OtherLead({ other }: { readonly other: OtherLeadView }) {
  const { t } = useText()
  return (
    <p className="flex min-w-0 flex-wrap items-baseline gap-x-2">
      <a className="text-accent-ink hover:underline" href={hashOf({ screen: 'leads', lead: other.lead, filter: {} })}>
        {nameOf(other, t)}
      </a>
      <span className="tabular break-all text-ink-2">
        {[other.phone, other.email].filter((each) => each !== undefined && each !== nameOf(other, t)).join(' · ')}
      </span>
    </p>
  )
}

interface SeparateDialogProps {
  /** The lead that becomes its own again. */
  readonly lead: string
  readonly who: string
  /** The lead it is part of. */
  readonly other: string
  /** The number or address both have. */
  readonly shared: string | undefined
  readonly onClose: () => void
}

/** Says what will happen before it does, and asks who has the number or address that both have. */
function SeparateDialog({ lead, who, other, shared, onClose }: SeparateDialogProps) {
  const { t } = useText()
  const client = useClient()
  const [keys, setKeys] = useState<'here' | 'there'>('there')
  const [busy, setBusy] = useState(false)
  const separate = async () => {
    setBusy(true)
    const reply = await client.act({ type: 'lead.separate', lead, keys })
    setBusy(false)
    if (!reply.ok) return
    onClose()
    client.toasts.show({ tone: 'done', text: t('joined.done-separated', { who }) })
  }
  return (
    <Dialog title={t('joined.dialog', { who })} description={t('joined.dialog-hint')} onClose={onClose}>
      <ul className="mt-1 list-disc space-y-1 pl-5 text-ink-2">
        {(['history', 'consents', 'again'] as const).map((each) => (
          <li key={each}>{t(`joined.will.${each}`, { who, other })}</li>
        ))}
      </ul>
      {shared === undefined ? null : (
        <fieldset className="mt-4 flex flex-col gap-1.5">
          <legend className="mb-1.5 font-medium">{t('joined.whose', { key: shared })}</legend>
          {(['there', 'here'] as const).map((each) => (
            <label key={each} className="flex min-h-9 items-center gap-2">
              <input type="radio" name="keys" checked={keys === each} onChange={() => setKeys(each)} />
              {each === 'there' ? other : who}
            </label>
          ))}
          <p className="text-[13px] text-ink-3">{t('joined.whose-hint')}</p>
        </fieldset>
      )}
      <div className="mt-4 flex justify-end gap-2">
        <Button onClick={onClose}>{t('cancel')}</Button>
        <Button look="primary" icon={Unlink} busy={busy} onClick={() => void separate()}>
          {t('joined.separate-go')}
        </Button>
      </div>
    </Dialog>
  )
}

function nameOf({ name, phone, email }: OtherLeadView, t: T): string {
  return name ?? phone ?? email ?? t('leads.nameless')
}

function useMayChange(): boolean {
  const role = useMe()?.role
  return role === 'admin' || role === 'manager'
}
