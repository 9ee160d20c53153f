import type { OutgoingContent } from '#machines/dispatch-contract.ts'
import { plainWords } from '../channels/plain-words.ts'
import { flowForm, requestForm } from '../channels/whatsapp/compose-offers.ts'
import { messageLimits } from '../channels/whatsapp/message-limits.ts'
import { oneLine } from '../channels/whatsapp/one-line.ts'
import { GatewayError } from '../errors.ts'
import type { Offer } from '../protocol.ts'
import type { ConversationDocument } from '../read-models/conversation-document.ts'
import { cleanText } from '../text.ts'

/** A member's message that is something to tap: its words, and what is sent where the channel has it. */
export interface Offered {
  readonly text: string
  readonly content?: OutgoingContent
}

/**
 * An offer as content to send, checked against what WhatsApp takes; `token` comes back with the answers of a form. On another channel a place and a link
 * are words. Throws `invalid` with what is wrong.
 */
export function offered(document: ConversationDocument, offer: Offer, token: string): Offered {
  const content = contentOf(offer, token)
  if (document.channel !== 'whatsapp') {
    if (content.kind === 'location' || content.kind === 'link') return { text: cleanText(plainWords(content)) }
    throw new GatewayError('invalid', 'Only WhatsApp has a way to ask for this.')
  }
  if (content.kind === 'contact-request' && isPhoneKnown(document)) {
    throw new GatewayError('invalid', 'Their number is known already: look at the customer on the right.')
  }
  return { text: wordsOf(content), content }
}

type OfferContent = Extract<OutgoingContent, { readonly kind: Offer['kind'] }>

function contentOf(offer: Offer, token: string): OfferContent {
  switch (offer.kind) {
    case 'location':
      return offer
    case 'location-request':
    case 'contact-request': {
      const content = { ...offer, text: cleanText(offer.text) }
      mustCompose(requestForm(content))
      return content
    }
    case 'flow': {
      const content = { ...offer, text: cleanText(offer.text), label: oneLine(offer.label), token }
      mustCompose(flowForm(content))
      return content
    }
    case 'link':
      return linkOf(offer)
  }
}

function linkOf({ text, label, url }: Extract<Offer, { readonly kind: 'link' }>): OfferContent {
  const content = { kind: 'link', text: cleanText(text), label: oneLine(label), url: url.trim() } as const
  if (content.text.length > messageLimits.body) {
    throw new GatewayError('invalid', `The words beside a link may have ${messageLimits.body} characters.`)
  }
  if (content.label === '' || content.label.length > messageLimits.opener) {
    throw new GatewayError('invalid', `The button of a link needs 1 to ${messageLimits.opener} characters.`)
  }
  if (!/^https?:\/\//iu.test(content.url) || !URL.canParse(content.url)) {
    throw new GatewayError('invalid', 'The link is no web address: it begins with https://.')
  }
  return content
}

function mustCompose(composed: ReturnType<typeof flowForm>): void {
  if (!composed.ok) throw new GatewayError('invalid', composed.reason)
}

/** By what the channel tells, or by what they said themselves. */
function isPhoneKnown({ marks, phone: told }: ConversationDocument): boolean {
  return told !== undefined || (marks?.reached.some(({ phone }) => phone !== undefined) ?? false)
}

/** How it reads in the transcript. */
function wordsOf(content: OfferContent): string {
  if (content.kind !== 'location') return content.text
  const { name = '', address = '', latitude, longitude } = content
  return [name, address].find((each) => each.trim() !== '') ?? `${latitude}, ${longitude}`
}
