import type { OutgoingContent } from '#machines/dispatch-contract.ts'
import type { JsonObject } from '#runtime/json.ts'
import { hasEmoji, isEmoji } from '../emoji.ts'
import { notComposed, type Composed } from './composed.ts'
import { messageLimits } from './message-limits.ts'
import { oneLine } from './one-line.ts'

type Content<Kind extends OutgoingContent['kind']> = Extract<OutgoingContent, { readonly kind: Kind }>

/**
 * A question with a button that answers it: with a place, or with the customer's own number. Its words are never said without the button, so what does not
 * fit is refused. Source: whatsapp-and-lead-ads 6.10 and 6.11.
 */
export function requestForm({ kind, text }: Content<'location-request' | 'contact-request'>): Composed {
  const body = bodyIn(text, 'A question with a button')
  if (typeof body === 'string') return notComposed(body)
  const form =
    kind === 'location-request'
      ? { type: 'location_request_message', body, action: { name: 'send_location' } }
      : { type: 'contact_request', body, action: { name: 'request_contact_info' } }
  return { ok: true, body: { type: 'interactive', interactive: form } }
}

/** A form within the chat. Source: Meta, "Interactive Flow Messages"; the answer is whatsapp-and-lead-ads 6.5, `nfm_reply`. */
export function flowForm({ text, flowId, label, token, screen, data = {} }: Content<'flow'>): Composed {
  const body = bodyIn(text, 'The words beside a form')
  if (typeof body === 'string') return notComposed(body)
  const why = wrongInFlow({ flowId, label, token, ...(screen === undefined ? {} : { screen }) })
  if (why !== undefined) return notComposed(why)
  if (screen === undefined && Object.keys(data).length > 0) return notComposed('Only a named screen is given data.')
  const payload = screen === undefined ? {} : { flow_action_payload: { screen, ...filled(data) } }
  const parameters = {
    flow_message_version: '3',
    flow_token: token,
    flow_id: flowId,
    flow_cta: oneLine(label),
    flow_action: 'navigate',
    ...payload,
  }
  const interactive = { type: 'flow', body, action: { name: 'flow', parameters } }
  return { ok: true, body: { type: 'interactive', interactive } }
}

/** Source: whatsapp-and-lead-ads 6.11; without an emoji it takes back what was there. */
export function reactionForm({ to, emoji }: Content<'reaction'>): Composed {
  if (to === '') return notComposed('The reaction names no message.')
  if (emoji !== '' && !isEmoji(emoji)) return notComposed('A reaction is one emoji.')
  return { ok: true, body: { type: 'reaction', reaction: { message_id: to, emoji } } }
}

/** The body, or why there can be none. */
function bodyIn(text: string, what: string): { readonly text: string } | string {
  const words = text.trim()
  if (words === '') return `${what} may not be empty.`
  if (words.length <= messageLimits.body) return { text: words }
  return `${what} may have ${messageLimits.body} characters; this has ${words.length}.`
}

/** What Meta would not take of a form, in words for a person. */
function wrongInFlow({
  flowId,
  label,
  token,
  screen,
}: Pick<Content<'flow'>, 'flowId' | 'label' | 'token' | 'screen'>): string | undefined {
  const title = oneLine(label)
  if (!/^\d+$/u.test(flowId) || flowId.length > messageLimits.flowId) return 'The id of a form is a number.'
  if (title === '') return 'The button of a form needs words.'
  if (title.length > messageLimits.opener) {
    return `The button of a form may have ${messageLimits.opener} characters; this has ${title.length}.`
  }
  if (hasEmoji(title)) return 'The button of a form may hold no emoji.'
  if (token === '' || token.length > messageLimits.flowToken) return 'The form has no usable token of ours.'
  if (screen === undefined || isScreen(screen)) return undefined
  return 'The screen of a form is named with letters and underscores.'
}

function isScreen(screen: string): boolean {
  return screen.length <= messageLimits.flowScreen && /^[A-Za-z_][A-Za-z0-9_]*$/u.test(screen)
}

/** Meta takes no empty object. */
function filled(data: JsonObject): JsonObject {
  return Object.keys(data).length === 0 ? {} : { data }
}
