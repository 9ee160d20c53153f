import type { Reach } from '#machines/contact-contract.ts'
import type { OutgoingContent } from '#machines/dispatch-contract.ts'
import type { JsonObject } from '#runtime/json.ts'
import { bubbleOf, textBody } from './bubble.ts'
import { notComposed, type Composed } from './composed.ts'
import { flowForm, reactionForm, requestForm } from './compose-offers.ts'
import { messageLimits } from './message-limits.ts'
import { oneLine } from './one-line.ts'

type Content<Kind extends OutgoingContent['kind']> = Extract<OutgoingContent, { readonly kind: Kind }>

/**
 * The JSON body of `POST /<PHONE_NUMBER_ID>/messages`. `opaque` is our own id, which Meta repeats in every status: 1 to 512 characters.
 * What Meta's limits do not allow is said more plainly, and refused with a reason where no words would be whole. Nothing is cut silently.
 * Source: whatsapp-and-lead-ads 6.10 and 6.11.
 */
export function composeMessage(
  content: OutgoingContent,
  to: Reach,
  { opaque, replyTo }: { readonly opaque: string; readonly replyTo?: string },
): Composed {
  const recipient = recipientOf(to)
  if (recipient === undefined) return notComposed('There is neither a phone number nor a WhatsApp id to send to.')
  if (opaque === '' || opaque.length > messageLimits.opaque) {
    return notComposed(`Our own id of the message must have 1 to ${messageLimits.opaque} characters.`)
  }
  const form = formOf(content)
  if (!form.ok) return form
  return {
    ok: true,
    body: {
      messaging_product: 'whatsapp',
      recipient_type: 'individual',
      ...recipient,
      ...(replyTo === undefined ? {} : { context: { message_id: replyTo } }),
      ...form.body,
      biz_opaque_callback_data: opaque,
    },
  }
}

/** Of both, Meta goes by the phone; so it alone is told. */
function recipientOf({ phone, userId }: Reach): JsonObject | undefined {
  if (phone !== undefined && /^\+?\d{5,20}$/u.test(phone)) return { to: phone }
  return userId === undefined || userId === '' ? undefined : { recipient: userId }
}

function formOf(content: OutgoingContent): Composed {
  switch (content.kind) {
    case 'text':
      return bubbleOf(content)
    case 'template':
      return templateForm(content)
    case 'media':
      return mediaForm(content)
    case 'location':
      return locationForm(content)
    case 'link':
      return linkForm(content)
    case 'location-request':
    case 'contact-request':
      return requestForm(content)
    case 'flow':
      return flowForm(content)
    case 'reaction':
      return reactionForm(content)
  }
}

function templateForm({ name, language, variables, header, payloads = [] }: Content<'template'>): Composed {
  const texts = variables.map(oneLine)
  const empty = texts.indexOf('')
  if (empty >= 0) return notComposed(`Variable ${empty + 1} of the template ${name} is empty.`)
  if (header !== undefined && !isWebAddress(header.link)) {
    return notComposed(`The header of the template ${name} has no web address.`)
  }
  const long = payloads.find((payload) => payload.length > messageLimits.buttonId)
  if (long !== undefined) return notComposed(`A button of the template ${name} would send too much.`)
  const components: readonly JsonObject[] = [
    ...(header === undefined ? [] : [{ type: 'header', parameters: [linkParameter(header)] }]),
    ...(texts.length === 0 ? [] : [{ type: 'body', parameters: texts.map((text) => ({ type: 'text', text })) }]),
    ...payloads.flatMap((payload, index) => (payload === '' ? [] : [quickReply(payload, index)])),
  ]
  const template = { name, language: { code: language }, ...(components.length === 0 ? {} : { components }) }
  return { ok: true, body: { type: 'template', template } }
}

function linkParameter({ kind, link }: { readonly kind: string; readonly link: string }): JsonObject {
  return { type: kind, [kind]: { link } }
}

function quickReply(payload: string, index: number): JsonObject {
  return {
    type: 'button',
    sub_type: 'quick_reply',
    index: String(index),
    parameters: [{ type: 'payload', payload }],
  }
}

function mediaForm({ media, mediaId, link, filename, caption = '' }: Content<'media'>): Composed {
  const source = mediaId === undefined ? (isWebAddress(link) ? { link } : undefined) : { id: mediaId }
  if (source === undefined) return notComposed('There is neither an upload nor a web address of the file.')
  if (caption.length > messageLimits.caption) {
    return notComposed(
      `Words beside a file may have ${messageLimits.caption} characters; these have ${caption.length}.`,
    )
  }
  if (media === 'audio' && caption !== '') return notComposed('WhatsApp shows no words beside a sound file.')
  const file = {
    ...source,
    ...(media === 'document' && filename !== undefined ? { filename } : {}),
    ...(caption === '' ? {} : { caption }),
  }
  return { ok: true, body: { type: media, [media]: file } }
}

function locationForm({ latitude, longitude, name, address }: Content<'location'>): Composed {
  if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) return notComposed('There is no such place on earth.')
  const location = {
    latitude: degrees(latitude),
    longitude: degrees(longitude),
    ...(name === undefined ? {} : { name }),
    ...(address === undefined ? {} : { address }),
  }
  return { ok: true, body: { type: 'location', location } }
}

/** To a tenth of a metre, and never in the notation of powers that `String` falls into. */
function degrees(value: number): string {
  return value.toFixed(6).replace(/\.?0+$/u, '')
}

function linkForm({ text, label, url }: Content<'link'>): Composed {
  if (!isWebAddress(url)) return notComposed('The link is no web address.')
  const words = text.trim()
  const title = oneLine(label)
  const fits = words.length <= messageLimits.body && title.length <= messageLimits.opener
  if (words === '' || title === '' || !fits) return textBody(`${words}\n\n${title === '' ? '' : `${title}: `}${url}`)
  return {
    ok: true,
    body: {
      type: 'interactive',
      interactive: {
        type: 'cta_url',
        body: { text: words },
        action: { name: 'cta_url', parameters: { display_text: title, url } },
      },
    },
  }
}

function isWebAddress(link: string | undefined): link is string {
  return link !== undefined && /^https?:\/\//iu.test(link) && URL.canParse(link)
}
