import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { z } from 'zod'
import type { Card } from '#machines/content-contract.ts'
import type { OutgoingContent } from '#machines/dispatch-contract.ts'
import { composeMessage } from './compose.ts'

/** Text of all kinds, much of it just about as long as is allowed. */
const words = (max: number) =>
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc
        .integer({ min: max - 2, max: max + 2 })
        .map((count) => 'ab cd '.repeat(max).slice(0, count - 1) + 'z'),
    },
    { weight: 3, arbitrary: fc.lorem({ maxCount: 8 }).map((text) => text.slice(0, max)) },
    { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: max }) },
    { weight: 1, arbitrary: fc.nat(max * 2).map((count) => 'long words '.repeat(count / 5).slice(0, count)) },
    { weight: 1, arbitrary: fc.nat(max * 2).map((count) => 'घर '.repeat(count / 3)) },
  )
const link = fc.oneof(fc.webUrl(), fc.string({ maxLength: 20 }))
const chip = fc.record({ label: fc.oneof(words(20), words(24), words(72)), send: fc.oneof(words(200), words(256)) })
const timeZone = fc.constantFrom('Asia/Kolkata', 'America/New_York', 'nowhere')
const atMs = fc.integer({ min: 0, max: 4_000_000_000_000 })
const place = words(30)

const card: fc.Arbitrary<Card> = fc.oneof(
  fc.record({
    kind: fc.constant('listing' as const),
    listingId: place,
    version: fc.nat(),
    title: words(60),
    locality: fc.constantFrom('Riverside', 'a'.repeat(24), 'a'.repeat(25)),
    city: place,
    priceMinor: fc.nat(),
    currency: fc.constantFrom('INR', 'USD', 'AED'),
    purpose: fc.constantFrom('sale' as const, 'rent' as const),
    areaSqft: fc.nat(100_000),
    bedrooms: fc.nat(9),
    facts: fc.array(place, { maxLength: 6 }),
  }),
  fc.record({
    kind: fc.constant('visit' as const),
    meetingId: place,
    title: words(60),
    startAtMs: atMs,
    durationMs: fc.nat(),
    place,
    timeZone,
  }),
  fc.record({
    kind: fc.constant('slots' as const),
    listingId: place,
    timeZone,
    slots: fc.array(fc.record({ startAtMs: atMs, label: words(40), send: words(60) }), { maxLength: 12 }),
  }),
  fc.record({
    kind: fc.constant('calculation' as const),
    title: words(40),
    rows: fc.array(fc.record({ label: place, value: place }), { maxLength: 5 }),
    assumptions: fc.array(words(80), { maxLength: 3 }),
  }),
)

const text: fc.Arbitrary<OutgoingContent> = fc.record({
  kind: fc.constant('text' as const),
  text: fc.oneof(words(100), words(1024), words(4096)),
  cards: fc.array(card, { maxLength: 5 }),
  chips: fc.oneof(fc.array(chip, { maxLength: 3 }), fc.array(chip, { maxLength: 12 })),
})
/** Any of the fields may be there or not. */
const some = { requiredKeys: [] }
const template: fc.Arbitrary<OutgoingContent> = fc
  .tuple(
    fc.record({ variables: fc.array(words(60), { maxLength: 5 }), category: fc.constantFrom('utility', 'marketing') }),
    fc.record(
      {
        header: fc.record({ kind: fc.constantFrom('image', 'document'), link }),
        payloads: fc.array(words(256), { maxLength: 3 }),
      },
      some,
    ),
  )
  .map(([base, more]) => ({ kind: 'template', name: 'reminder', language: 'en', preview: '', ...base, ...more }))
const media: fc.Arbitrary<OutgoingContent> = fc
  .tuple(
    fc.constantFrom('image', 'video', 'audio', 'document'),
    fc.record({ mediaId: fc.constant('1037543291543636'), link, filename: place, caption: words(1024) }, some),
  )
  .map(([kind, more]) => ({ kind: 'media', media: kind, ...more }))
const location: fc.Arbitrary<OutgoingContent> = fc.record({
  kind: fc.constant('location' as const),
  latitude: fc.double({ min: -91, max: 91 }),
  longitude: fc.double({ min: -181, max: 181 }),
  name: place,
})
const cta: fc.Arbitrary<OutgoingContent> = fc.record({
  kind: fc.constant('link' as const),
  text: fc.oneof(words(100), words(1024), words(4096)),
  label: words(20),
  url: link,
})

/** At least a character that is seen, and at most so many UTF-16 units. */
const seen = (max: number) => z.string().max(max).regex(/\S/u)
const label = (max: number) => seen(max).regex(/^\S(?:[^\n\t]*\S)?$/u)
const id = (max: number) => seen(max).refine((value) => value === value.trim())
const distinct = (values: readonly string[]) => new Set(values).size === values.length
const address = z.url({ protocol: /^https?$/u })

const buttons = z
  .array(z.strictObject({ type: z.literal('reply'), reply: z.strictObject({ id: id(256), title: label(20) }) }))
  .min(1)
  .max(3)
  .refine((all) => distinct(all.map(({ reply }) => reply.id)) && distinct(all.map(({ reply }) => reply.title)))
const row = z.strictObject({ id: id(200), title: label(24), description: seen(72).optional() })
const sections = z
  .array(z.strictObject({ title: seen(24), rows: z.array(row).min(1) }))
  .min(1)
  .max(10)
  .refine((all) => all.flatMap(({ rows }) => rows).length <= 10)
  .refine((all) => distinct(all.flatMap(({ rows }) => rows.map((each) => each.id))))
const said = z.strictObject({ text: seen(1024) })
const interactive = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('button'), body: said, action: z.strictObject({ buttons }) }),
  z.strictObject({ type: z.literal('list'), body: said, action: z.strictObject({ button: label(20), sections }) }),
  z.strictObject({
    type: z.literal('cta_url'),
    body: said,
    action: z.strictObject({
      name: z.literal('cta_url'),
      parameters: z.strictObject({ display_text: label(20), url: address }),
    }),
  }),
])
const degrees = z.string().regex(/^-?\d{1,3}(?:\.\d{1,6})?$/u)
const file = z
  .strictObject({
    id: z.string().min(1).optional(),
    link: address.optional(),
    filename: z.string().optional(),
    caption: seen(1024).optional(),
  })
  .refine((each) => (each.id === undefined) !== (each.link === undefined))
const parameter = z.union([
  z.strictObject({ type: z.literal('text'), text: seen(5000).regex(/^(?:(?!\n|\t| {5}).)*$/su) }),
  z.strictObject({ type: z.literal('payload'), payload: z.string().min(1).max(256) }),
  z.looseObject({ type: z.enum(['image', 'document']) }),
])
const common = {
  messaging_product: z.literal('whatsapp'),
  recipient_type: z.literal('individual'),
  to: z.literal('34600111222'),
  biz_opaque_callback_data: z.literal('msg_1'),
}

/** Meta's limits, written again from the reference (6.11) and not from our own table of them. */
const allowed = z.discriminatedUnion('type', [
  z.strictObject({
    ...common,
    type: z.literal('text'),
    text: z.strictObject({ preview_url: z.boolean(), body: seen(4096) }),
  }),
  z.strictObject({ ...common, type: z.literal('interactive'), interactive }),
  z.strictObject({
    ...common,
    type: z.literal('location'),
    location: z.strictObject({ latitude: degrees, longitude: degrees, name: z.string() }),
  }),
  z.strictObject({ ...common, type: z.literal('image'), image: file }),
  z.strictObject({ ...common, type: z.literal('video'), video: file }),
  z.strictObject({ ...common, type: z.literal('audio'), audio: file.refine((each) => each.caption === undefined) }),
  z.strictObject({ ...common, type: z.literal('document'), document: file }),
  z.strictObject({
    ...common,
    type: z.literal('template'),
    template: z.strictObject({
      name: seen(512),
      language: z.strictObject({ code: seen(10) }),
      components: z
        .array(
          z.strictObject({
            type: z.enum(['header', 'body', 'button']),
            sub_type: z.literal('quick_reply').optional(),
            index: z.string().optional(),
            parameters: z.array(parameter).min(1),
          }),
        )
        .min(1)
        .optional(),
    }),
  }),
])

it.each<[string, fc.Arbitrary<OutgoingContent>, number]>([
  ['words, cards and chips', text, 1500],
  ['a template', template, 500],
  ['a file', media, 500],
  ['a place', location, 300],
  ['a link', cta, 500],
])("whatever it holds, %s obeys Meta's limits or is refused with a reason", (_what, content, numRuns) => {
  const forms = new Set<string>()
  fc.assert(
    fc.property(content, (each) => {
      const composed = composeMessage(each, { account: '1', phone: '34600111222' }, { opaque: 'msg_1' })
      if (composed.ok) expect(allowed.safeParse(composed.body).error?.issues ?? []).toEqual([])
      else expect(composed.reason).toMatch(/^[A-Z].{10,}\.$/u)
      forms.add(composed.ok ? JSON.stringify(composed.body).replace(/^.*?"type":"(\w+)".*$/su, '$1') : 'refused')
    }),
    { numRuns, seed: 20_261_126 },
  )
  expect(forms.size).toBeGreaterThan(1)
})

it('what the customer can choose is all there in whole words, in whatever form', () => {
  const label = words(80).map((each) => each.replace(/\s+/gu, ' ').trim())
  const forms = new Set<string>()
  fc.assert(
    fc.property(fc.array(label, { minLength: 1, maxLength: 12 }), (labels) => {
      const chips = labels.map((each, n) => ({ label: each, send: `choice ${n}` }))
      const content: OutgoingContent = { kind: 'text', text: 'Which?', cards: [], chips }
      const composed = composeMessage(content, { account: '1', phone: '34600111222' }, { opaque: 'msg_1' })
      expect(composed).toMatchObject({ ok: true })
      const said = JSON.stringify(composed)
      for (const each of labels) expect(said).toContain(JSON.stringify(each).slice(1, -1))
      forms.add(said.replace(/^.*"type":"(button|list|text)","(?:body|text)".*$/su, '$1'))
    }),
    { numRuns: 500, seed: 20_261_126 },
  )
  expect([...forms].toSorted()).toEqual(['button', 'list', 'text'])
})
