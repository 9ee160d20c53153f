import { CalendarClock, Mail, MapPin, Phone, Workflow, X } from 'lucide-react'
import type { LeadView, MeetingView } from '#gateway/protocol.ts'
import { hashOf, stages } from '../stores/route.ts'
import { dayAndTime, shortWhen } from '../text/format.ts'
import { sourceWord } from '../text/source-word.ts'
import { OwnerBadge, TemperatureMark } from '../ui/badge.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { useClient, useMe, useNow, useStore, useText } from '../ui/context.tsx'
import { Select } from '../ui/field.tsx'
import { Section } from '../ui/section.tsx'
import { Consents } from './customer-reach.tsx'
import { JoinedLeads } from './joined-leads.tsx'
import { preferenceChips } from './preferences.ts'
import { Reached } from './reached.tsx'

/** Who writes: profile, temperature and why, wishes, visits, earlier conversations. */
export function CustomerPane({ onClose }: { readonly onClose?: () => void }) {
  const client = useClient()
  const me = useMe()
  const { t, locale } = useText()
  const nowMs = useNow(60_000)
  const view = useStore(client.conversation.state)?.view
  if (view === undefined) return null
  const { lead, row } = view
  const address = row.conversation.includes('/')
    ? row.conversation
    : `${me?.workspace ?? ''}/conversation/${row.conversation}`
  return (
    <div className="flex flex-col gap-5 p-4">
      <header className="flex min-h-5 items-center">
        <h2 className="min-w-0 truncate text-[15px] font-semibold">{lead?.profile.name ?? row.name}</h2>
        {onClose === undefined ? null : (
          <IconButton icon={X} label={t('close')} onClick={onClose} className="-my-2 ml-auto" />
        )}
      </header>
      {lead === undefined ? <p className="-mt-3 text-ink-3">{t('customer.no-lead')}</p> : <LeadParts lead={lead} />}
      {lead === undefined ? null : <JoinedLeads lead={lead} />}
      <Reached row={row} marks={view.marks} />
      <Section title={t('customer.consents')}>
        <Consents consents={view.consents} />
      </Section>
      {lead === undefined ? null : (
        <Section title={t('customer.meetings')}>
          {lead.meetings.length === 0 ? <p className="text-ink-3">{t('customer.no-meetings')}</p> : null}
          {lead.meetings.map((meeting) => (
            <Meeting key={meeting.meeting} meeting={meeting} />
          ))}
        </Section>
      )}
      <Section title={t('customer.earlier')}>
        {view.earlier.length === 0 ? <p className="text-ink-3">{t('customer.no-earlier')}</p> : null}
        {view.earlier.map((each) => (
          <a
            key={each.conversation}
            href={hashOf({ screen: 'inbox', view: 'all', conversation: each.conversation, filter: {} })}
            className="-mx-2 flex flex-col rounded-box px-2 py-1.5 hover:bg-hover"
          >
            <span className="flex items-center gap-2">
              <OwnerBadge owner={each.owner} status={each.status} />
              <time className="tabular ml-auto text-[12px] text-ink-3">{shortWhen(each.lastAtMs, nowMs, locale)}</time>
            </span>
            <span className="truncate text-ink-2">{each.lastText}</span>
          </a>
        ))}
      </Section>
      <Section title={t('customer.inside')}>
        <ActorLink address={address} label={t('customer.conversation-actor')} />
        {lead === undefined ? null : (
          <ActorLink address={leadAddress(lead.lead, me?.workspace)} label={t('customer.lead-actor')} />
        )}
      </Section>
    </div>
  )
}

function leadAddress(lead: string, workspace = ''): string {
  return lead.includes('/') ? lead : `${workspace}/lead/${lead}`
}

function ActorLink({ address, label }: { readonly address: string; readonly label: string }) {
  return (
    <a
      href={hashOf({ screen: 'actor', address })}
      className="flex items-center gap-1.5 py-0.5 text-accent-ink hover:underline"
    >
      <Workflow size={14} aria-hidden />
      {label}
    </a>
  )
}

/** The lead's profile, temperature, stage and wishes; on its own page too. */
export function LeadParts({ lead }: { readonly lead: LeadView }) {
  const client = useClient()
  const { t } = useText()
  const { profile } = lead
  const chips = preferenceChips(profile, t)
  return (
    <>
      <div className="-mt-3 flex flex-col gap-1">
        <Contact icon={Phone} value={profile.phone} href={`tel:${profile.phone ?? ''}`} />
        <Contact icon={Mail} value={profile.email} href={`mailto:${profile.email ?? ''}`} />
        <Contact icon={MapPin} value={profile.city} />
        <p className="text-[13px] text-ink-3">{t('customer.source', { source: sourceWord(lead.source, t) })}</p>
      </div>
      <Section title={t('customer.temperature')}>
        <p className="flex items-center gap-2">
          <TemperatureMark temperature={lead.temperature} word />
          {lead.score === undefined ? null : (
            <span className="tabular text-ink-3">{t('customer.score', { score: Math.round(lead.score.total) })}</span>
          )}
        </p>
        <p className="mt-1 text-ink-2">{lead.temperatureReason}</p>
        {lead.score === undefined ? null : (
          <ul className="mt-1 list-disc pl-4 text-ink-2">
            {lead.score.reasons.slice(0, 4).map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        )}
      </Section>
      <Section title={t('customer.stage')}>
        <Select
          label={t('customer.stage')}
          value={lead.stage}
          options={stages.map((stage) => ({ value: stage, label: t(`stage.${stage}`) }))}
          onChange={(stage) => void changeStage(client, lead, stage)}
        />
      </Section>
      <Section title={t('customer.wishes')}>
        {chips.length === 0 ? <p className="text-ink-3">{t('customer.no-wishes')}</p> : null}
        <div className="flex flex-wrap gap-1.5">
          {chips.map((chip) => (
            <span key={chip} className="rounded-full border border-line-strong px-2 py-0.5 text-[12.5px]">
              {chip}
            </span>
          ))}
        </div>
      </Section>
    </>
  )
}

async function changeStage(
  client: ReturnType<typeof useClient>,
  lead: LeadView,
  stage: LeadView['stage'],
): Promise<void> {
  const before = lead.stage
  const { t } = client.text.get()
  const reply = await client.act({ type: 'lead.stage', lead: lead.lead, stage })
  if (!reply.ok) return
  client.toasts.show({
    tone: 'done',
    text: t('done.stage', { stage: t(`stage.${stage}`) }),
    action: { label: t('undo'), run: () => void client.act({ type: 'lead.stage', lead: lead.lead, stage: before }) },
  })
}

interface ContactProps {
  readonly icon: typeof Phone
  readonly value: string | undefined
  readonly href?: string
}

function Contact({ icon: Icon, value, href }: ContactProps) {
  if (value === undefined) return null
  return (
    <p className="flex items-center gap-2">
      <Icon size={14} className="shrink-0 text-ink-3" aria-hidden />
      {href === undefined ? (
        value
      ) : (
        <a href={href} className="tabular truncate hover:underline">
          {value}
        </a>
      )}
    </p>
  )
}

/** A visit with what can be done about it. */
export function Meeting({ meeting }: { readonly meeting: MeetingView }) {
  const client = useClient()
  const { t, locale } = useText()
  const nowMs = useNow(60_000)
  const set = (to: 'confirmed' | 'attended' | 'missed' | 'cancelled') =>
    void client.act({ type: 'meeting.set', meeting: meeting.meeting, to })
  const over = ['attended', 'missed', 'cancelled', 'refused'].includes(meeting.status)
  const past = meeting.startAtMs < nowMs
  return (
    <div className="border-b border-line py-2 first:pt-0 last:border-0">
      <p className="tabular flex items-center gap-1.5 font-medium">
        <CalendarClock size={14} aria-hidden className="text-ink-3" />
        {dayAndTime(meeting.startAtMs, locale, meeting.timeZone)}
        <span className="ml-auto text-[12.5px] font-normal text-ink-3">{t(`meeting.${meeting.status}`)}</span>
      </p>
      <p className="truncate text-ink-2">{meeting.title}</p>
      {over ? null : (
        <div className="mt-1.5 flex gap-1.5">
          {past ? (
            <>
              <Button small onClick={() => set('attended')}>
                {t('meeting.attended')}
              </Button>
              <Button small onClick={() => set('missed')}>
                {t('meeting.missed')}
              </Button>
            </>
          ) : meeting.status === 'confirmed' ? null : (
            <Button small onClick={() => set('confirmed')}>
              {t('meeting.confirm')}
            </Button>
          )}
          <Button small look="quiet" onClick={() => set('cancelled')}>
            {t('meeting.cancel')}
          </Button>
        </div>
      )}
    </div>
  )
}
