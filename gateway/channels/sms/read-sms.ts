import type { Attachment } from '#machines/content-contract.ts'
import type { ProviderError, ProviderStatus } from '#machines/dispatch-contract.ts'
import { maybe } from '../../read-models/shape.ts'
import { smsErrorOf } from './error-actions.ts'
import type { FormFields } from './twilio-signature.ts'

/** What one form of the provider's tells. */
export type SmsUpdate =
  | {
      readonly kind: 'message'
      readonly id: string
      /** Our number. */
      readonly account: string
      readonly phone: string
      readonly text: string
      readonly attachments: readonly Attachment[]
      readonly wish?: 'stop' | 'start'
    }
  | {
      readonly kind: 'status'
      readonly id: string
      readonly account: string
      readonly status: ProviderStatus
      readonly error?: ProviderError
    }
  /** A step on the way that says nothing of the end. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'unread'; readonly reason: string }

const statuses: { readonly [told: string]: ProviderStatus } = {
  sent: 'sent',
  delivered: 'delivered',
  read: 'read',
  undelivered: 'failed',
  failed: 'failed',
}
const onTheWay = ['accepted', 'scheduled', 'queued', 'sending', 'receiving', 'received']
const idMax = 64
const filesMax = 10

/** Reads a form the provider posted; what is not understood says why. Source: twilio.com/docs/messaging/guides/webhook-request. */
export function readSms(fields: FormFields): SmsUpdate {
  const form = new Map(fields)
  const id = form.get('MessageSid') ?? form.get('SmsSid') ?? ''
  if (id === '' || id.length > idMax) return { kind: 'unread', reason: 'it names no message' }
  const told = form.get('MessageStatus')
  return told === undefined ? messageOf(form, id) : statusOf(form, id, told)
}

function statusOf(form: ReadonlyMap<string, string>, id: string, told: string): SmsUpdate {
  const status = statuses[told]
  if (status === undefined) {
    return onTheWay.includes(told)
      ? { kind: 'nothing' }
      : { kind: 'unread', reason: `the status ${told.slice(0, 40)} is not known` }
  }
  const code = form.get('ErrorCode') ?? ''
  const failed = status === 'failed' ? { error: smsErrorOf(/^\d{1,6}$/u.test(code) ? Number(code) : -1) } : {}
  return { kind: 'status', id, account: form.get('From') ?? '', status, ...failed }
}

function messageOf(form: ReadonlyMap<string, string>, id: string): SmsUpdate {
  const phone = form.get('From') ?? ''
  const account = form.get('To') ?? ''
  if (phone === '' || account === '') return { kind: 'unread', reason: 'it does not say who it is from' }
  const text = form.get('Body') ?? ''
  const attachments = filesIn(form)
  if (text.trim() === '' && attachments.length === 0) return { kind: 'unread', reason: 'it says nothing' }
  return { kind: 'message', id, account, phone, text, attachments, ...maybe('wish', wishIn(form, text)) }
}

/** `cancel` cancels a visit elsewhere; to carriers it is a stop. Of the provider's own answer it tells by `OptOutType`. */
function wishIn(form: ReadonlyMap<string, string>, text: string): 'stop' | 'start' | undefined {
  const said = form.get('OptOutType')?.toUpperCase()
  if (said === 'STOP') return 'stop'
  if (said === 'START') return 'start'
  return /^(?:stop|stopall|unsubscribe|cancel|end|quit|revoke|optout)$/iu.test(text.trim()) ? 'stop' : undefined
}

function filesIn(form: ReadonlyMap<string, string>): readonly Attachment[] {
  const count = Math.min(filesMax, Number(form.get('NumMedia') ?? 0) || 0)
  return Array.from({ length: count }, (_, index): Attachment => {
    const mimeType = (form.get(`MediaContentType${index}`) ?? 'application/octet-stream').slice(0, 100)
    return { kind: kindOf(mimeType), mediaId: (form.get(`MediaUrl${index}`) ?? '').slice(0, 500), mimeType }
  })
}

function kindOf(mimeType: string): 'image' | 'video' | 'audio' | 'document' {
  const [kind] = mimeType.split('/')
  return kind === 'image' || kind === 'video' || kind === 'audio' ? kind : 'document'
}
