/** Deliveries as Meta sends them, with invented people and numbers. Source of the shapes: reference 6.4 to 6.10. */
import type { Json, JsonObject } from '#runtime/json.ts'

export const business = '102290129340398'
export const account = '106540352242922'
export const anaPhone = '34600111222'
export const anaUserId = 'ES.13491208655302741918'

/** Ana as most webhooks name her. */
export const ana: JsonObject = { profile: { name: 'Ana Ruiz' }, wa_id: anaPhone }

/** A body as Meta writes and signs it: everything beyond ASCII is escaped. */
export function onTheWire(body: Json): string {
  const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
  return JSON.stringify(body).replace(/[\u0080-\uffff]/g, escaped)
}

/** One delivery for our business account with these changes. */
export function delivery(...changes: readonly JsonObject[]): JsonObject {
  return { object: 'whatsapp_business_account', entry: [{ id: business, changes }] }
}

/** A change that is about people at our number: `messages`, or the field given. */
export function change(value: JsonObject, field = 'messages'): JsonObject {
  const metadata = { display_phone_number: '15550783881', phone_number_id: account }
  return { field, value: { messaging_product: 'whatsapp', metadata, ...value } }
}

/** A delivery of messages, with Ana as contact. */
export function messagesDelivery(...messages: readonly Json[]): JsonObject {
  return delivery(change({ contacts: [ana], messages }))
}

/** A delivery of statuses, which has no contacts. */
export function statusesDelivery(...statuses: readonly Json[]): JsonObject {
  return delivery(change({ statuses }))
}

/** A message of Ana's; its contents stand under the name of its type. */
export function message(type: string, contents: Json, more: JsonObject = {}): JsonObject {
  return { from: anaPhone, id: `wamid.IN-${type}`, timestamp: '1790000000', type, [type]: contents, ...more }
}

/** Ana writes. */
export function textMessage(body: string, more: JsonObject = {}): JsonObject {
  return message('text', { body }, more)
}

/** What became of our message `wamid.OUT-9`. */
export function statusUpdate(status: string, more: JsonObject = {}): JsonObject {
  return { id: 'wamid.OUT-9', status, timestamp: '1790000400', recipient_id: anaPhone, ...more }
}

/** Marta of ours answers Ana on the paired phone. */
export function echo(body: string, more: JsonObject = {}): JsonObject {
  return {
    from: '15550783881',
    to: anaPhone,
    id: 'wamid.ECHO-1',
    timestamp: '1790000700',
    type: 'text',
    text: { body },
    ...more,
  }
}

/** Ana stops or resumes marketing. The timestamp is a number here. */
export function preference(value: 'stop' | 'resume', more: JsonObject = {}): JsonObject {
  const detail = `User requested to ${value} marketing messages`
  const who = { wa_id: anaPhone, user_id: anaUserId }
  return { ...who, detail, category: 'marketing_messages', value, timestamp: 1790000500, ...more }
}

/** News of a template of ours. */
export function templateStatus(event: string, more: JsonObject = {}): JsonObject {
  const value = {
    event,
    message_template_id: 1234567890123456,
    message_template_name: 'viewing_reminder',
    message_template_language: 'es',
    reason: 'NONE',
    message_template_category: 'UTILITY',
  }
  return { field: 'message_template_status_update', value: { ...value, ...more } }
}

/** An error as Meta tells it. */
export function metaError(code: number, title: string, details: string): JsonObject {
  return { code, title, message: title, error_data: { details }, href: '/docs/whatsapp/cloud-api/support/error-codes/' }
}

/** The click on an ad that a first message came from. */
export const adReferral: JsonObject = {
  source_url: 'https://fb.me/abc',
  source_id: '120226305854810726',
  source_type: 'ad',
  headline: 'New flats in Riverside',
  body: 'From 210k. Book a viewing.',
  media_type: 'image',
  image_url: 'https://example.com/ad.jpg',
  ctwa_clid: 'CLID-1',
  welcome_message: { text: 'Hi! How can we help?' },
}

const sha256 = 'SfInY0gGKTsJlUWbwxC1k+FAD0FZHvzwfpvO0zX0GUI='
const quoted = { context: { from: '15550783881', id: 'wamid.OUT-BTN' } }

/** Ana's messages, one of each type there is. */
export const messages = {
  text: textMessage('Is the 2-bed on Elm St still available?'),
  fromAd: textMessage('Hi, I saw your ad', { referral: adReferral }),
  buttonReply: message(
    'interactive',
    { type: 'button_reply', button_reply: { id: 'slot:2026-12-01T10', title: 'Tue 10:00' } },
    quoted,
  ),
  listReply: message(
    'interactive',
    { type: 'list_reply', list_reply: { id: 'prop:88', title: 'Elm St 4B', description: '2 bed, 78 m2' } },
    quoted,
  ),
  formReply: message(
    'interactive',
    {
      type: 'nfm_reply',
      nfm_reply: { name: 'flow', body: 'Sent', response_json: '{"move_in":"March","rooms":2,"parking":true}' },
    },
    quoted,
  ),
  templateButton: message('button', { payload: 'STOP_PROMOTIONS', text: 'Stop promotions' }, quoted),
  location: message('location', {
    latitude: 37.44221496582,
    longitude: -122.16165924072,
    name: 'Riverside Park',
    address: '1 River Rd',
    url: 'https://example.com/park',
  }),
  image: message('image', { id: '1003383421387256', mime_type: 'image/jpeg', sha256, caption: 'My current flat' }),
  video: message('video', { id: '1003383421387257', mime_type: 'video/mp4', sha256, caption: 'The view' }),
  voice: message('audio', { id: '2003383421387256', mime_type: 'audio/ogg; codecs=opus', sha256, voice: true }),
  audio: message('audio', { id: '2003383421387257', mime_type: 'audio/mpeg', sha256, voice: false }),
  document: message('document', { id: '3003', mime_type: 'application/pdf', sha256, filename: 'plan.pdf' }),
  sticker: message('sticker', { id: '4003', mime_type: 'image/webp', sha256, animated: false }),
  contacts: message('contacts', [
    {
      name: { formatted_name: 'Leo Ruiz', first_name: 'Leo' },
      phones: [{ phone: '+34 600 333 444', wa_id: '34600333444', type: 'MOBILE' }],
    },
  ]),
  reaction: message('reaction', { message_id: 'wamid.OUT-9', emoji: '👍' }),
  order: message('order', {
    catalog_id: '900',
    text: 'These two please',
    product_items: [{ product_retailer_id: 'SKU 1', quantity: 2, item_price: 30.5, currency: 'EUR' }],
  }),
  revoke: message('revoke', { original_message_id: 'wamid.IN-text' }),
  unsupported: message(
    'unsupported',
    {},
    { errors: [metaError(131051, 'Message type unknown', 'Message type is currently not supported.')] },
  ),
  movedNumber: message('system', {
    type: 'user_changed_number',
    body: 'User Ana Ruiz changed from 34600111222 to 34600999888',
    wa_id: '34600999888',
  }),
  movedUserId: message('system', {
    type: 'user_changed_user_id',
    body: 'changed',
    user_id: 'ES.2',
    parent_user_id: 'ES.3',
  }),
} as const satisfies { readonly [name: string]: JsonObject }

/** Ana without a phone: she goes by a username. */
export const usernameOnly: JsonObject = delivery(
  change({
    contacts: [{ profile: { name: 'Ana Ruiz', username: '@anaruiz' }, user_id: anaUserId }],
    messages: [
      {
        from_user_id: anaUserId,
        id: 'wamid.IN-BSUID-1',
        timestamp: '1790000800',
        type: 'text',
        text: { body: 'Hola' },
      },
    ],
  }),
)

/** One delivery of every kind there is. */
export const deliveries: readonly JsonObject[] = [
  ...Object.values(messages).map((each) => messagesDelivery(each)),
  usernameOnly,
  statusesDelivery(
    statusUpdate('delivered', {
      biz_opaque_callback_data: 'msg_01J8Z7',
      pricing: { billable: true, pricing_model: 'PMP', type: 'regular', category: 'service' },
    }),
    statusUpdate('failed', { errors: [metaError(131047, 'Re-engagement message', 'More than 24 hours have passed.')] }),
  ),
  delivery(change({ errors: [metaError(130429, 'Rate limit hit', 'Too many messages were sent.')] })),
  delivery(
    change({ contacts: [{ ...ana, user_id: anaUserId }], user_preferences: [preference('stop')] }, 'user_preferences'),
  ),
  delivery(
    change({ message_echoes: [echo('Hi Ana, this is Marta', { to_user_id: anaUserId })] }, 'smb_message_echoes'),
  ),
  delivery(
    templateStatus('REJECTED', { reason: 'INCORRECT_CATEGORY', rejection_info: { reason: 'Promotional content' } }),
    {
      field: 'phone_number_quality_update',
      value: { display_phone_number: '15550783881', event: 'FLAGGED', current_limit: 'TIER_1K' },
    },
  ),
]
