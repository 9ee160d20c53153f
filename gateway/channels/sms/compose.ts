import type { Reach } from '#machines/contact-contract.ts'
import type { OutgoingContent } from '#machines/dispatch-contract.ts'
import { plainWords } from '../plain-words.ts'

/** Twilio takes no more characters in one message. */
export const smsTextMax = 1600

export type ComposedSms =
  | { readonly ok: true; readonly to: string; readonly body: string; readonly mediaUrl?: string }
  | { readonly ok: false; readonly reason: string }

/** A message as an SMS. What does not fit is refused with a reason; nothing is cut silently. */
export function composeSms(content: OutgoingContent, { phone }: Reach): ComposedSms {
  if (phone === undefined || !/^\+?\d{3,15}$/u.test(phone))
    return { ok: false, reason: 'There is no number to send to.' }
  const body = plainWords(content)
  if (body.length > smsTextMax) {
    return { ok: false, reason: `An SMS may have ${smsTextMax} characters; this one has ${body.length}.` }
  }
  const media = content.kind === 'media' ? content.link : undefined
  if (content.kind === 'media' && (media === undefined || !/^https?:\/\//iu.test(media))) {
    return { ok: false, reason: 'SMS carries no files: send a link, or answer by WhatsApp or email.' }
  }
  if (body === '' && media === undefined) return { ok: false, reason: 'There is nothing to say.' }
  return { ok: true, to: phone, body, ...(media === undefined ? {} : { mediaUrl: media }) }
}
