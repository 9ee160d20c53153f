import { createHash } from 'node:crypto'
import { offsetMinutes } from '#agents/zoned-time.ts'
import { addressOf, partsOf, type Address } from '#runtime/address.ts'
import type { NewEvent } from '#runtime/event.ts'
import type { DispatchEvent } from '#machines/dispatch-contract.ts'
import { contactId } from '#machines/contact-writing.ts'
import { maybe } from '../../read-models/shape.ts'
import { eventOf } from '../../submit.ts'
import { spokenIn } from '../spoken-language.ts'
import type { MailMarks } from './mail-marks.ts'
import type { MailThreads } from './mail-threads.ts'
import type { MailUpdate } from './read-mail.ts'

export interface TakingMailIn {
  readonly workspace: string
  readonly account: string
  readonly marks: MailMarks
  /** The mail as it came, to keep what can't be taken in. */
  readonly raw: Uint8Array
  readonly timeZone: string
  /** When the server got it. */
  readonly receivedAtMs: number
}

/**
 * What a mail tells, as events of the actors it concerns. Each has an id made of its Message-ID, so that the same mail found again changes nothing.
 * Somebody who answers a mail of ours has read it; so has its dispatch. What can't be taken in is an event too: it is kept with its reason.
 */
export function mailEventsOf(update: MailUpdate, taking: TakingMailIn): readonly NewEvent[] {
  switch (update.kind) {
    case 'automatic':
      return []
    case 'unread':
      return [kept(update.reason, taking)]
    case 'failure':
      return failed(update, taking)
    case 'message':
      return [...readBy(update, taking), heard(update, taking)]
  }
}

/** Notes the thread a mail belongs to, for answers to it, and answers its events. */
export async function takeMailIn(
  update: MailUpdate,
  taking: TakingMailIn,
  threads: MailThreads,
): Promise<readonly NewEvent[]> {
  if (update.kind === 'message' && update.messageId !== '') {
    const { email, subject, references, messageId } = update
    const { workspace, account } = taking
    await threads.note({ workspace, account, email }, { subject, references: [...references, messageId] })
  }
  return mailEventsOf(update, taking)
}

type Of<Kind extends MailUpdate['kind']> = Extract<MailUpdate, { readonly kind: Kind }>

function heard(update: Of<'message'>, taking: TakingMailIn): NewEvent {
  const { email, name, text, attachments, references, wish } = update
  const { workspace, account, timeZone, receivedAtMs } = taking
  const event = {
    type: 'contact.heard',
    channel: 'email',
    reach: { account, email },
    ...maybe('name', name),
    language: 'en',
    ...maybe('spoken', spokenIn(text)),
    timeZone,
    zoneOffsetMinutes: offsetMinutes(receivedAtMs, timeZone),
    told: {
      news: 'message',
      messageId: idOf(update, taking),
      text,
      complete: true,
      attachments,
      ...maybe('replyTo', references.at(-1)),
      ...maybe('wish', wish),
      sentAtMs: receivedAtMs,
    },
  } as const
  const to = addressOf(workspace, 'contact', contactId('email', account, email))
  return { to, event: eventOf(event), id: `email:message:${hashOf(idOf(update, taking))}` }
}

function readBy(update: Of<'message'>, taking: TakingMailIn): readonly NewEvent[] {
  const answered = update.references.at(-1) ?? ''
  const to = ours(answered, taking)
  if (to === undefined) return []
  return [told(to, { status: 'read', providerId: answered }, taking)]
}

function failed({ original, error }: Of<'failure'>, taking: TakingMailIn): readonly NewEvent[] {
  const to = ours(original, taking)
  if (to === undefined) return [kept('it is about a mail that is not ours', taking)]
  return [told(to, { status: 'failed', providerId: original, error }, taking)]
}

type Told = Pick<Extract<DispatchEvent, { readonly type: 'provider.told' }>, 'status' | 'providerId' | 'error'>

function told(to: Address, { status, providerId, error }: Told, { account, receivedAtMs }: TakingMailIn): NewEvent {
  const event = {
    type: 'provider.told',
    status,
    providerId,
    account,
    toldAtMs: receivedAtMs,
    ...maybe('error', error),
  } as const
  const again = error?.action === 'opt-out' ? ':complaint' : ''
  return { to, event: eventOf(event), id: `email:${status}${again}` }
}

/** The dispatch that a Message-ID names, when it is one of ours and of this workspace. */
function ours(messageId: string, { marks, workspace }: TakingMailIn): Address | undefined {
  const to = marks.dispatchIn(messageId)
  if (to === undefined) return undefined
  const { workspace: of, kind } = partsOf(to)
  return of === workspace && kind === 'dispatch' ? to : undefined
}

/** A mail without a Message-ID is known by what it says. */
function idOf({ messageId }: { readonly messageId: string }, { raw }: TakingMailIn): string {
  return messageId === '' || messageId.length > 300 ? `<${hashOf(raw)}>` : messageId
}

function hashOf(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}

/** The subject of a kept mail. */
export const mailSubject = 'email'

/** A mail that was kept, as it came; the two lines above it say where and when. */
export function keptMail(
  text: string,
): { readonly account: string; readonly receivedAtMs: number; readonly raw: Uint8Array } | undefined {
  const [all = '', account = '', received = ''] =
    /^X-Mailbox: ([^\r\n]+)\r?\nX-Received-At: ([^\r\n]+)\r?\n/u.exec(text) ?? []
  const receivedAtMs = Date.parse(received)
  if (all === '' || Number.isNaN(receivedAtMs)) return undefined
  return { account: account.trim(), receivedAtMs, raw: Buffer.from(text.slice(all.length)) }
}

function kept(reason: string, { workspace, account, raw, receivedAtMs }: TakingMailIn): NewEvent {
  const above = `X-Mailbox: ${account}\r\nX-Received-At: ${new Date(receivedAtMs).toISOString()}\r\n`
  const body = above + Buffer.from(raw.subarray(0, rawMax)).toString('utf8')
  const message = { subject: mailSubject, headers: {}, body, encoding: 'text' } as const
  const to = addressOf(workspace, 'refused-event', `email-${hashOf(raw)}`)
  return { to, event: eventOf({ type: 'event.refused', message, reasons: [reason] }), id: 'refused' }
}

/** Bytes of a kept item: an event has to hold it. */
const rawMax = 32 * 1024
