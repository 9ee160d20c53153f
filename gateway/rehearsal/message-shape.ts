import { z } from 'zod'

const text = (max: number): z.ZodString => z.string().min(1).max(max)
const url = z.string().regex(/^https?:\/\//)

const media = { id: z.string().optional(), link: url.optional() }
const captioned = { ...media, caption: text(1024).optional() }
const file = z.strictObject(media)
const named = z.strictObject({ ...captioned, filename: z.string().max(240).optional() })

const coordinate = z.union([z.string().regex(/^-?\d+(\.\d+)?$/), z.number()])
const location = z.strictObject({
  latitude: coordinate,
  longitude: coordinate,
  name: z.string().optional(),
  address: z.string().optional(),
})

const header = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text: text(60) }),
  z.strictObject({ type: z.literal('image'), image: file }),
  z.strictObject({ type: z.literal('video'), video: file }),
  z.strictObject({ type: z.literal('document'), document: named }),
])
const around = {
  header: header.optional(),
  body: z.strictObject({ text: text(1024) }),
  footer: z.strictObject({ text: text(60) }).optional(),
}

const replyButton = z.strictObject({
  type: z.literal('reply'),
  reply: z.strictObject({ id: text(256), title: text(20) }),
})
const row = z.strictObject({ id: text(200), title: text(24), description: z.string().max(72).optional() })
const section = z.strictObject({ title: z.string().max(24).optional(), rows: z.array(row).min(1).max(10) })

/** Meta takes no empty object. */
const flowData = z.record(z.string(), z.json()).refine((data) => Object.keys(data).length > 0, 'must not be empty')

const interactive = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('button'),
    ...around,
    action: z.strictObject({
      buttons: z
        .array(replyButton)
        .min(1)
        .max(3)
        .check((checked) =>
          mustDiffer(
            checked,
            checked.value.map(({ reply }) => reply.id),
          ),
        ),
    }),
  }),
  z.strictObject({
    type: z.literal('list'),
    ...around,
    action: z.strictObject({
      button: text(20),
      sections: z.array(section).min(1).max(10).check(mustFit),
    }),
  }),
  z.strictObject({
    type: z.literal('cta_url'),
    ...around,
    action: z.strictObject({
      name: z.literal('cta_url'),
      parameters: z.strictObject({ display_text: text(20), url }),
    }),
  }),
  z.strictObject({
    type: z.literal('location_request_message'),
    body: around.body,
    action: z.strictObject({ name: z.literal('send_location') }),
  }),
  z.strictObject({
    type: z.literal('contact_request'),
    body: around.body,
    action: z.strictObject({ name: z.literal('request_contact_info') }),
  }),
  z.strictObject({
    type: z.literal('flow'),
    ...around,
    action: z.strictObject({
      name: z.literal('flow'),
      parameters: z.strictObject({
        flow_message_version: z.literal('3'),
        flow_token: z.string().min(1).max(200),
        flow_id: z.string().regex(/^\d+$/),
        flow_cta: text(20),
        flow_action: z.literal('navigate'),
        flow_action_payload: z.strictObject({ screen: text(80), data: flowData.optional() }).optional(),
      }),
    }),
  }),
])

const fallback = z.looseObject({ fallback_value: z.string() })
const parameter = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text: z.string().min(1), parameter_name: z.string().optional() }),
  z.strictObject({ type: z.literal('payload'), payload: text(128) }),
  z.strictObject({ type: z.literal('image'), image: file }),
  z.strictObject({ type: z.literal('video'), video: file }),
  z.strictObject({ type: z.literal('document'), document: named }),
  z.strictObject({ type: z.literal('location'), location }),
  z.strictObject({ type: z.literal('currency'), currency: fallback }),
  z.strictObject({ type: z.literal('date_time'), date_time: fallback }),
])
const template = z.strictObject({
  name: text(512),
  language: z.strictObject({ code: text(20), policy: z.string().optional() }),
  components: z
    .array(
      z.strictObject({
        type: z.enum(['header', 'body', 'button']),
        sub_type: z.enum(['quick_reply', 'url', 'copy_code']).optional(),
        index: z.union([z.string(), z.number()]).optional(),
        parameters: z.array(parameter).optional(),
      }),
    )
    .optional(),
})

const everyMessage = {
  messaging_product: z.literal('whatsapp'),
  recipient_type: z.literal('individual').optional(),
  to: z
    .string()
    .regex(/^\+?[\d\s()-]{6,20}$/)
    .optional(),
  recipient: z.string().optional(),
  context: z.strictObject({ message_id: z.string() }).optional(),
  biz_opaque_callback_data: z.string().max(512).optional(),
}

/** `POST /<PHONE_NUMBER_ID>/messages`, every kind the reference has, with Meta's limits. Source: whatsapp-and-lead-ads 6.10 and 6.11. */
export const messageShape = z.discriminatedUnion('type', [
  z.strictObject({
    ...everyMessage,
    type: z.literal('text'),
    text: z.strictObject({ preview_url: z.boolean().optional(), body: text(4096) }),
  }),
  z.strictObject({ ...everyMessage, type: z.literal('interactive'), interactive }),
  z.strictObject({ ...everyMessage, type: z.literal('template'), template }),
  z.strictObject({ ...everyMessage, type: z.literal('location'), location }),
  z.strictObject({ ...everyMessage, type: z.literal('image'), image: z.strictObject(captioned) }),
  z.strictObject({ ...everyMessage, type: z.literal('video'), video: z.strictObject(captioned) }),
  z.strictObject({
    ...everyMessage,
    type: z.literal('audio'),
    audio: z.strictObject({ ...media, voice: z.boolean().optional() }),
  }),
  z.strictObject({ ...everyMessage, type: z.literal('document'), document: named }),
  z.strictObject({ ...everyMessage, type: z.literal('sticker'), sticker: file }),
  z.strictObject({
    ...everyMessage,
    type: z.literal('reaction'),
    reaction: z.strictObject({ message_id: z.string(), emoji: z.string() }),
  }),
  z.strictObject({
    ...everyMessage,
    type: z.literal('contacts'),
    contacts: z.array(z.looseObject({ name: z.looseObject({ formatted_name: z.string() }) })).min(1),
  }),
])

/** The read receipt, with or without typing. */
export const receiptShape = z.strictObject({
  messaging_product: z.literal('whatsapp'),
  status: z.literal('read'),
  message_id: z.string(),
  typing_indicator: z.strictObject({ type: z.literal('text') }).optional(),
})

export type OutgoingMessage = z.infer<typeof messageShape>
export type OutgoingTemplate = z.infer<typeof template>

interface Checked<Value> {
  readonly value: Value
  readonly issues: z.core.$ZodRawIssue[]
}

function mustFit(checked: Checked<z.infer<typeof section>[]>): void {
  const rows = checked.value.flatMap((each) => each.rows)
  mustDiffer(
    checked,
    rows.map(({ id }) => id),
  )
  if (rows.length > 10) fault(checked, 'Total row count exceed max allowed count: 10')
  if (checked.value.length > 1 && checked.value.some(({ title = '' }) => title === '')) {
    fault(checked, 'Section title is required if there is more than one section')
  }
}

function fault<Value>(checked: Checked<Value>, message: string): void {
  checked.issues.push({ code: 'custom', message, input: checked.value })
}

/** Buttons and rows of one message are told apart by their ids. */
function mustDiffer(checked: Checked<unknown>, ids: readonly string[]): void {
  if (new Set(ids).size < ids.length) fault(checked, 'Ids must be different')
}
