import { z } from 'zod'
import type { Phone } from './phone.ts'

/** A customer whom the page adds: a name and a phone. */
export const newPersonShape = z.object({
  name: z.string().min(1).max(100),
  phone: z
    .string()
    .transform((text) => text.replaceAll(/\D/g, ''))
    .pipe(z.string().min(6).max(15)),
})

const actionShape = z.discriminatedUnion('type', [
  z.object({ type: z.literal('say'), text: z.string().min(1).max(4096), replyTo: z.string().optional() }),
  z.object({ type: z.literal('ad'), text: z.string().min(1).max(4096) }),
  z.object({ type: z.literal('tap'), button: z.string(), message: z.string().optional() }),
  z.object({
    type: z.literal('place'),
    latitude: z.number(),
    longitude: z.number(),
    name: z.string().optional(),
    replyTo: z.string().optional(),
  }),
  z.object({ type: z.literal('contact'), by: z.enum(['choice', 'request']), replyTo: z.string().optional() }),
  z.object({
    type: z.literal('form'),
    answers: z.record(z.string().max(100), z.string().max(1000)),
    replyTo: z.string(),
  }),
  z.object({ type: z.literal('react'), to: z.string(), emoji: z.string() }),
  z.object({ type: z.literal('revoke'), id: z.string() }),
  z.object({ type: z.literal('unsupported') }),
  z.object({ type: z.literal('read') }),
  z.object({ type: z.literal('marketing'), value: z.enum(['stop', 'resume']) }),
  z.object({ type: z.literal('paired'), text: z.string().min(1).max(4096) }),
])

/** Does on the phone what a person on the page did. Throws when the action is not one of those above. */
export function pageAction(phone: Phone, body: unknown): void {
  const action = actionShape.parse(body)
  switch (action.type) {
    case 'say':
      return void phone.says(action.text, action.replyTo === undefined ? {} : { replyTo: action.replyTo })
    case 'ad':
      return void phone.says(action.text, { referral: advertisement })
    case 'tap':
      return void phone.taps(action.button, action.message)
    case 'place': {
      const { latitude, longitude, name } = action
      return void phone.sendsLocation(
        { latitude, longitude, ...(name === undefined ? {} : { name }) },
        answering(action),
      )
    }
    case 'contact':
      return void phone.sendsContact(phone.person.name, `+${phone.person.phone ?? '34600333444'}`, byOf(action))
    case 'form':
      return void phone.fillsForm(action.answers, answering(action))
    case 'react':
      return void phone.reacts(action.to, action.emoji)
    case 'revoke':
      return void phone.revokes(action.id)
    case 'unsupported':
      return void phone.sendsUnsupported()
    case 'read':
      return phone.reads()
    case 'marketing':
      return action.value === 'stop' ? phone.stopsMarketing() : phone.resumesMarketing()
    case 'paired':
      return void phone.businessReplies(action.text)
  }
}

function byOf({ by, replyTo }: { readonly by: 'choice' | 'request'; readonly replyTo?: string | undefined }) {
  return by === 'request' && replyTo !== undefined ? { request: replyTo } : by
}

function answering({ replyTo }: { readonly replyTo?: string | undefined }): { readonly replyTo?: string } {
  return replyTo === undefined ? {} : { replyTo }
}

const advertisement = {
  source_url: 'https://fb.me/abc',
  source_id: '120226305854810726',
  source_type: 'ad',
  headline: 'New flats in Riverside',
  body: 'From 210k. Book a viewing.',
  media_type: 'image',
  image_url: 'https://example.com/ad.jpg',
  ctwa_clid: 'CLID-1',
  welcome_message: { text: 'Hi! How can we help?' },
} as const
