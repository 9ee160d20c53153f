import { z } from 'zod'

const button = z.looseObject({ type: z.string(), text: z.string().max(25), url: z.string().optional() })

const component = z.discriminatedUnion('type', [
  z.looseObject({
    type: z.literal('HEADER'),
    format: z.enum(['TEXT', 'IMAGE', 'VIDEO', 'DOCUMENT', 'LOCATION']),
    text: z.string().max(60).optional(),
  }),
  z.looseObject({ type: z.literal('BODY'), text: z.string().min(1).max(1024) }),
  z.looseObject({ type: z.literal('FOOTER'), text: z.string().max(60) }),
  z.looseObject({ type: z.literal('BUTTONS'), buttons: z.array(button).min(1).max(10) }),
])

/** What `POST /<WABA>/message_templates` takes. */
export const newTemplateShape = z.looseObject({
  name: z
    .string()
    .regex(/^[a-z0-9_]+$/)
    .max(512),
  language: z.string().min(2),
  category: z.enum(['MARKETING', 'UTILITY', 'AUTHENTICATION']),
  components: z.array(component).min(1),
})

export type NewTemplate = z.infer<typeof newTemplateShape>
export type TemplateComponent = z.infer<typeof component>

/** What a new emulator has. Each shows another form: with a picture and a button, plain, and for marketing with a way out. */
export const firstTemplates: readonly NewTemplate[] = [
  // Every account at Meta begins with this one.
  {
    name: 'hello_world',
    language: 'en_US',
    category: 'UTILITY',
    components: [{ type: 'BODY', text: 'Welcome and congratulations! This message shows that your number works.' }],
  },
  ...reminders([
    ['en', 'Hi {{1}}, your viewing is on {{2}}. Shall we see you there?', 'Yes, I will be there'],
    ['hi', 'नमस्ते {{1}}, आपकी विज़िट {{2}} को है। क्या आप आएँगे?', 'हाँ, आऊँगा'],
    ['es', 'Hola {{1}}, tu visita es el {{2}}. ¿Vendrás?', 'Sí, iré'],
  ]),
  {
    name: 'follow_up',
    language: 'en',
    category: 'UTILITY',
    components: [{ type: 'BODY', text: 'Hi {{1}}, we have an answer to your question. May we send it here?' }],
  },
  {
    name: 'new_listing',
    language: 'en',
    category: 'MARKETING',
    components: [
      { type: 'HEADER', format: 'TEXT', text: 'New this week' },
      { type: 'BODY', text: 'Hi {{1}}, a home you may like has come up: {{2}}.' },
      { type: 'FOOTER', text: 'Reply STOP to opt out' },
      {
        type: 'BUTTONS',
        buttons: [
          { type: 'QUICK_REPLY', text: 'Tell me more' },
          { type: 'QUICK_REPLY', text: 'Stop promotions' },
        ],
      },
    ],
  },
]

function reminders(texts: readonly (readonly [language: string, body: string, yes: string])[]): NewTemplate[] {
  return texts.map(([language, body, yes]) => ({
    name: 'viewing_reminder',
    language,
    category: 'UTILITY',
    components: [
      { type: 'HEADER', format: 'IMAGE' },
      { type: 'BODY', text: body },
      { type: 'BUTTONS', buttons: [{ type: 'QUICK_REPLY', text: yes }] },
    ],
  }))
}
