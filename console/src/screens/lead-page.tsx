import { ArrowLeft, MessagesSquare, Workflow, Wrench } from 'lucide-react'
import { useCallback, useState, type FormEvent } from 'react'
import type { LeadProfile, LeadView, StaffFrame } from '#gateway/protocol.ts'
import { LeadParts, Meeting } from '../inbox/customer-pane.tsx'
import { JoinedLeads, SeparateFromHere } from '../inbox/joined-leads.tsx'
import { hashOf, type Route } from '../stores/route.ts'
import { TroubleBadge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { useClient, useMe, useT } from '../ui/context.tsx'
import { TextField } from '../ui/field.tsx'
import { useLoaded } from '../ui/loaded.tsx'
import { Section } from '../ui/section.tsx'
import { Failed, Page, Skeleton } from '../ui/states.tsx'
import { fieldOf } from './form.ts'

interface LeadPageProps {
  readonly id: string
  readonly back: Route
}

/** One lead: everything known, its repair form when something is wrong, its visits and conversations. */
export function LeadPage({ id, back }: LeadPageProps) {
  const t = useT()
  const client = useClient()
  const me = useMe()
  const { lead, problem, retry } = useLead(id)
  const address = id.includes('/') ? id : `${me?.workspace ?? ''}/lead/${id}`
  return (
    <Page
      narrow
      title={lead?.profile.name ?? lead?.profile.phone ?? t('leads.nameless')}
      actions={
        <>
          <Button small icon={ArrowLeft} onClick={() => client.go(back)}>
            {t('leads.back')}
          </Button>
          <Button small icon={Workflow} onClick={() => client.go({ screen: 'actor', address })}>
            {t('customer.lead-actor')}
          </Button>
        </>
      }
    >
      {problem !== undefined ? (
        <Failed text={problem.message} onRetry={retry} />
      ) : lead === undefined ? (
        <Skeleton rows={6} height={64} />
      ) : (
        <LeadDetail lead={lead} />
      )}
    </Page>
  )
}

function LeadDetail({ lead }: { readonly lead: LeadView }) {
  const t = useT()
  const { profile } = lead
  return (
    <div className="flex flex-col gap-6">
      {lead.status === 'invalid' ? <RepairForm lead={lead} /> : null}
      {lead.mergedInto === undefined ? null : (
        <p className="rounded-box bg-sunken p-3">
          {t('leads.merged-into')}{' '}
          <a
            className="text-accent-ink underline"
            href={hashOf({ screen: 'leads', lead: lead.mergedInto, filter: {} })}
          >
            {t('leads.see-merged')}
          </a>
          <SeparateFromHere lead={lead} />
        </p>
      )}
      <h2 className="sr-only">{t('customer.title')}</h2>
      <div className="flex flex-col gap-6 pt-3">
        <LeadParts lead={lead} />
        <JoinedLeads lead={lead} />
      </div>
      {profile.message === undefined ? null : (
        <Section title={t('leads.message')}>
          <p className="whitespace-pre-wrap">{profile.message}</p>
        </Section>
      )}
      <Section title={t('customer.meetings')}>
        {lead.meetings.length === 0 ? <p className="text-ink-3">{t('customer.no-meetings')}</p> : null}
        {lead.meetings.map((meeting) => (
          <Meeting key={meeting.meeting} meeting={meeting} />
        ))}
      </Section>
      <Section title={t('leads.conversations')}>
        {lead.conversations.length === 0 ? <p className="text-ink-3">{t('leads.no-conversations')}</p> : null}
        {lead.conversations.map((conversation, index) => (
          <a
            key={conversation}
            href={hashOf({ screen: 'inbox', view: 'all', conversation, filter: {} })}
            className="flex items-center gap-1.5 py-0.5 text-accent-ink hover:underline"
          >
            <MessagesSquare size={14} aria-hidden />
            {t('leads.open-conversation', { number: index + 1 })}
          </a>
        ))}
      </Section>
      {profile.extra === undefined || Object.keys(profile.extra).length === 0 ? null : (
        <Section title={t('leads.extra')}>
          <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-1">
            {Object.entries(profile.extra).map(([name, value]) => (
              <div key={name} className="contents">
                <dt className="text-ink-3">{name}</dt>
                <dd className="break-words">{value}</dd>
              </div>
            ))}
          </dl>
        </Section>
      )}
    </div>
  )
}

const repairable = ['name', 'phone', 'email', 'city'] as const

function RepairForm({ lead }: { readonly lead: LeadView }) {
  const t = useT()
  const client = useClient()
  const [busy, setBusy] = useState(false)
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const { name: _name, phone: _phone, email: _email, city: _city, ...rest } = lead.profile
    const mended = repairable.map((each) => [each, fieldOf(form, each)] as const).filter(([, value]) => value !== '')
    const profile: LeadProfile = { ...rest, ...Object.fromEntries(mended) }
    setBusy(true)
    const reply = await client.act({ type: 'lead.repair', lead: lead.lead, profile })
    setBusy(false)
    if (reply.ok) client.toasts.show({ tone: 'done', text: t('leads.repaired') })
  }
  return (
    <form
      onSubmit={(event) => void submit(event)}
      className="flex flex-col gap-3 rounded-box border border-line bg-surface p-4"
    >
      <div>
        <h2 className="flex items-center gap-2 font-semibold">
          {t('leads.repair')} <TroubleBadge>{t('leads.status.invalid')}</TroubleBadge>
        </h2>
        <p className="text-ink-2">{t('leads.repair-hint')}</p>
        <ul className="mt-1 list-disc pl-5 text-trouble">
          {lead.problems?.map((problem) => (
            <li key={problem}>{problem}</li>
          ))}
        </ul>
      </div>
      <div className="grid gap-3 md:grid-cols-2">
        {repairable.map((each) => (
          <TextField key={each} name={each} label={t(`leads.${each}`)} defaultValue={lead.profile[each] ?? ''} />
        ))}
      </div>
      <Button type="submit" look="primary" icon={Wrench} busy={busy} className="self-start">
        {t('leads.repair-go')}
      </Button>
    </form>
  )
}

function useLead(id: string) {
  const options = useCallback(
    () => ({
      command: { type: 'lead.get', lead: id } as const,
      onFrame: (now: LeadView, frame: StaffFrame) =>
        frame.type === 'lead' && frame.lead.lead === id ? frame.lead : now,
    }),
    [id],
  )
  const { value: lead, problem, store } = useLoaded(options)
  return { lead, problem, retry: () => void store.load() }
}
