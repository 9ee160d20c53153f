import { describe, expect, it } from 'vitest'
import type { Reach } from '#machines/contact-contract.ts'
import type { Card, Chip, ListingCard } from '#machines/content-contract.ts'
import type { OutgoingContent } from '#machines/dispatch-contract.ts'
import { composeMessage } from './compose.ts'

const ana: Reach = { account: '106540352242922', phone: '34600111222' }
const opaque = 'msg_01J8Z7'

const compose = (content: OutgoingContent, replyTo?: string, to = ana) =>
  composeMessage(content, to, { opaque, ...(replyTo === undefined ? {} : { replyTo }) })
const text = (words: string, chips: readonly Chip[] = [], cards: readonly Card[] = []): OutgoingContent => ({
  kind: 'text',
  text: words,
  cards,
  chips,
})
const chip = (label: string, send = label): Chip => ({ label, send })
/** As the reference has it, with our own id. */
const body = (json: string) => ({
  ok: true,
  body: { ...(JSON.parse(json) as object), biz_opaque_callback_data: opaque },
})
/** What is said in a bubble, and how it can be answered. */
const interactive = (content: OutgoingContent) => {
  const composed = compose(content)
  return composed.ok ? composed.body['interactive'] : composed.reason
}
const words = (content: OutgoingContent) => {
  const composed = compose(content)
  return composed.ok ? composed.body['text'] : composed.reason
}

const elm: ListingCard = {
  kind: 'listing',
  listingId: '88',
  version: 1,
  title: 'Elm St 4B',
  locality: 'Riverside',
  city: 'Pune',
  priceMinor: 80_00_000_00,
  currency: 'INR',
  purpose: 'sale',
  areaSqft: 1370,
  bedrooms: 2,
  facts: ['furnished', '2 bath'],
}
const oak: ListingCard = {
  ...elm,
  listingId: '91',
  title: 'Oak St 2A',
  purpose: 'rent',
  priceMinor: 35_000_00,
  facts: [],
}
const saturday = Date.parse('2026-11-28T05:30:00Z')
const slots = (labels: readonly string[]): Card => ({
  kind: 'slots',
  listingId: '88',
  timeZone: 'Asia/Kolkata',
  slots: labels.map((label, hour) => ({ startAtMs: saturday + hour * 3_600_000, label, send: label })),
})

describe("the reference's payloads (6.11)", () => {
  it('text that quotes', () => {
    expect(compose(text('Yes, Elm St 4B is available.'), 'wamid.IN-TEXT-1')).toEqual(
      body(
        '{"messaging_product":"whatsapp","recipient_type":"individual","to":"34600111222","type":"text","context":{"message_id":"wamid.IN-TEXT-1"},"text":{"preview_url":false,"body":"Yes, Elm St 4B is available."}}',
      ),
    )
  })

  it('reply buttons; a header and a footer there are not in what we send', () => {
    const chips = [chip('Tue 10:00', 'slot:2026-12-01T10'), chip('Tue 16:00', 'slot:2026-12-01T16')]
    expect(compose(text('Which time suits you?', chips))).toEqual(
      body(
        '{"messaging_product":"whatsapp","recipient_type":"individual","to":"34600111222","type":"interactive","interactive":{"type":"button","body":{"text":"Which time suits you?"},"action":{"buttons":[{"type":"reply","reply":{"id":"say:slot:2026-12-01T10","title":"Tue 10:00"}},{"type":"reply","reply":{"id":"say:slot:2026-12-01T16","title":"Tue 16:00"}}]}}}',
      ),
    )
  })

  it('a list; its rows send titles, and its words tell the homes too', () => {
    expect(compose(text('These match your search', [], [elm, oak]))).toEqual(
      body(
        JSON.stringify({
          messaging_product: 'whatsapp',
          recipient_type: 'individual',
          to: '34600111222',
          type: 'interactive',
          interactive: {
            type: 'list',
            body: {
              text: [
                'These match your search',
                '*Elm St 4B*\nRiverside, Pune\n₹80 L · 2 bed · 1,370 sq ft\nfurnished · 2 bath',
                '*Oak St 2A*\nRiverside, Pune\n₹35,000 a month · 2 bed · 1,370 sq ft',
              ].join('\n\n'),
            },
            action: {
              button: 'See homes',
              sections: [
                {
                  title: 'Riverside',
                  rows: [
                    { id: 'say:Elm St 4B', title: 'Elm St 4B', description: '₹80 L · 2 bed · 1,370 sq ft' },
                    { id: 'say:Oak St 2A', title: 'Oak St 2A', description: '₹35,000 a month · 2 bed · 1,370 sq ft' },
                  ],
                },
              ],
            },
          },
        }),
      ),
    )
  })

  it('a link', () => {
    const link = { text: 'Brochure for Elm St 4B', label: 'Open brochure', url: 'https://example.com/b/88' }
    expect(compose({ kind: 'link', ...link })).toEqual(
      body(
        '{"messaging_product":"whatsapp","recipient_type":"individual","to":"34600111222","type":"interactive","interactive":{"type":"cta_url","body":{"text":"Brochure for Elm St 4B"},"action":{"name":"cta_url","parameters":{"display_text":"Open brochure","url":"https://example.com/b/88"}}}}',
      ),
    )
  })

  it('a place', () => {
    const place = { latitude: 37.4422, longitude: -122.1617, name: 'Elm St 4B', address: '4 Elm St' }
    expect(compose({ kind: 'location', ...place })).toEqual(
      body(
        '{"messaging_product":"whatsapp","recipient_type":"individual","to":"34600111222","type":"location","location":{"latitude":"37.4422","longitude":"-122.1617","name":"Elm St 4B","address":"4 Elm St"}}',
      ),
    )
  })

  it('a picture that was uploaded', () => {
    const picture = { media: 'image', mediaId: '1037543291543636', caption: 'Living room' } as const
    expect(compose({ kind: 'media', ...picture })).toEqual(
      body(
        '{"messaging_product":"whatsapp","recipient_type":"individual","to":"34600111222","type":"image","image":{"id":"1037543291543636","caption":"Living room"}}',
      ),
    )
  })

  it('a document by its address', () => {
    const plan = { link: 'https://example.com/plan.pdf', filename: 'plan.pdf', caption: 'Floor plan' }
    expect(compose({ kind: 'media', media: 'document', ...plan })).toEqual(
      body(
        '{"messaging_product":"whatsapp","recipient_type":"individual","to":"34600111222","type":"document","document":{"link":"https://example.com/plan.pdf","filename":"plan.pdf","caption":"Floor plan"}}',
      ),
    )
  })

  it('a template', () => {
    const template: OutgoingContent = {
      kind: 'template',
      name: 'viewing_reminder',
      language: 'es',
      category: 'utility',
      variables: ['Ana', 'Tue 10:00'],
      header: { kind: 'image', link: 'https://example.com/88.jpg' },
      payloads: ['CONFIRM:88'],
      preview: 'Hola Ana',
    }
    expect(compose(template)).toEqual(
      body(
        '{"messaging_product":"whatsapp","recipient_type":"individual","to":"34600111222","type":"template","template":{"name":"viewing_reminder","language":{"code":"es"},"components":[{"type":"header","parameters":[{"type":"image","image":{"link":"https://example.com/88.jpg"}}]},{"type":"body","parameters":[{"type":"text","text":"Ana"},{"type":"text","text":"Tue 10:00"}]},{"type":"button","sub_type":"quick_reply","index":"0","parameters":[{"type":"payload","payload":"CONFIRM:88"}]}]}}',
      ),
    )
  })
})

describe('to whom', () => {
  it('is the phone when there is one, else the id of the person', () => {
    const { phone, ...without } = ana
    const userId = 'ES.13491208655302741918'
    expect(compose(text('Hi'), undefined, { ...ana, userId })).toMatchObject({ body: { to: phone } })
    const composed = compose(text('Hi'), undefined, { ...without, userId })
    expect(composed).toMatchObject({ body: { recipient: userId } })
    expect(composed.ok && 'to' in composed.body).toBe(false)
  })

  it('is not nobody, nor somebody by email', () => {
    expect(compose(text('Hi'), undefined, { account: '1' })).toMatchObject({ ok: false })
    expect(compose(text('Hi'), undefined, { account: '1', phone: 'ana@example.com' })).toMatchObject({ ok: false })
  })

  it('goes with our own id, which must fit', () => {
    for (const wrong of ['', 'x'.repeat(513)]) {
      expect(composeMessage(text('Hi'), ana, { opaque: wrong })).toMatchObject({ ok: false })
    }
    expect(composeMessage(text('Hi'), ana, { opaque: 'x'.repeat(512) })).toMatchObject({ ok: true })
  })
})

describe('choices', () => {
  it('are a list when they are more than three, or longer than a button', () => {
    const four = ['Pune', 'Mumbai', 'Nashik', 'Goa'].map((city) => chip(city))
    expect(interactive(text('Where?', four))).toMatchObject({
      type: 'list',
      action: { button: 'Choose', sections: [{ rows: [{ id: 'say:Pune', title: 'Pune' }, {}, {}, {}] }] },
    })
    expect(
      interactive(text('What next?', [chip('See three more homes', 'more'), chip('Only ready to move in', 'ready')])),
    ).toEqual({
      type: 'list',
      body: { text: 'What next?' },
      action: {
        button: 'Choose',
        sections: [
          {
            title: 'More',
            rows: [
              { id: 'say:more', title: 'See three more homes' },
              { id: 'say:ready', title: 'Only ready to move in' },
            ],
          },
        ],
      },
    })
  })

  it('are cut at a word, with all the words below', () => {
    const chips = [chip('Show me homes that are ready to move into', 'ready'), chip('Talk to a person')]
    expect(interactive(text('What next?', chips))).toMatchObject({
      action: {
        sections: [
          {
            rows: [
              { title: 'Show me homes that are…', description: 'Show me homes that are ready to move into' },
              { title: 'Talk to a person' },
            ],
          },
        ],
      },
    })
  })

  it.each([
    ['there are more than ten', Array.from({ length: 11 }, (_, n) => chip(`Choice ${n + 1}`))],
    [
      'cutting would leave two that read alike',
      [chip('A flat with two bedrooms in Baner'), chip('A flat with two bedrooms in Wakad')],
    ],
    ['a word is longer than a row', [chip('x'.repeat(30)), chip('y')]],
    ['the words would not stand below either', [chip(`One ${'very '.repeat(20)}long`), chip('y')]],
  ])('are numbered lines when %s', (_why, chips) => {
    const lines = chips.map(({ label }, index) => `${index + 1}. ${label}`).join('\n')
    expect(words(text('Which?', chips))).toEqual({ preview_url: false, body: `Which?\n\n${lines}` })
  })

  it('are numbered lines below a text that is long, and never below one that is too long', () => {
    expect(words(text('a'.repeat(1025), [chip('Yes')]))).toEqual({
      preview_url: false,
      body: `${'a'.repeat(1025)}\n\n1. Yes`,
    })
    expect(compose(text('a'.repeat(4090), [chip('Certainly')]))).toEqual({
      ok: false,
      reason: 'A message may have 4096 characters; this one has 4104.',
    })
  })

  it('are told once, and not when they say nothing', () => {
    const chips = [chip('Yes'), chip('Of course', 'Yes'), chip(' ', ''), chip('', 'No')]
    expect(interactive(text('Shall we?', chips))).toMatchObject({
      action: { buttons: [{ reply: { id: 'say:Yes', title: 'Yes' } }, { reply: { id: 'say:No', title: 'No' } }] },
    })
  })
})

describe('cards', () => {
  it('of several homes and chips are one list, and numbered together where they must be written', () => {
    const chips = [chip('Talk to a person')]
    expect(interactive(text('Two homes', chips, [elm, { ...oak, locality: 'Hillside' }]))).toMatchObject({
      type: 'list',
      action: {
        button: 'Choose',
        sections: [{ title: 'Homes' }, { title: 'More', rows: [{ id: 'say:Talk to a person' }] }],
      },
    })
    const written = words(text('a'.repeat(1000), chips, [elm, oak]))
    expect(written).toMatchObject({
      body: expect.stringMatching(/\n\n1\. Elm St 4B\n2\. Oak St 2A\n3\. Talk to a person$/u),
    })
  })

  it('of one home leave the buttons to the chips', () => {
    expect(interactive(text('Here it is', [chip('Book a visit')], [elm]))).toMatchObject({
      type: 'button',
      body: { text: expect.stringContaining('*Elm St 4B*') },
      action: { buttons: [{ reply: { id: 'say:Book a visit' } }] },
    })
  })

  it('of a visit tell its day in its own time zone', () => {
    const visit: Card = {
      kind: 'visit',
      meetingId: 'm',
      title: 'Elm St 4B',
      startAtMs: saturday,
      durationMs: 3_600_000,
      place: '4 Elm St',
      timeZone: 'Asia/Kolkata',
    }
    expect(words(text('Booked.', [], [visit]))).toEqual({
      preview_url: false,
      body: 'Booked.\n\n*Visit: Elm St 4B*\nSaturday 28 November at 11:00 am\n4 Elm St',
    })
  })

  it('of times are buttons or rows that say the time shortly, and send it wholly', () => {
    const eleven = 'Saturday 28 November at 11:00 am'
    expect(interactive(text('When?', [], [slots([eleven])]))).toEqual({
      type: 'button',
      body: { text: 'When?' },
      action: { buttons: [{ type: 'reply', reply: { id: `say:${eleven}`, title: 'Sat 28 Nov, 11:00 am' } }] },
    })
    const labels = [11, 12, 1, 2].map((hour) => `Saturday 28 November at ${hour}:00 ${hour === 11 ? 'am' : 'pm'}`)
    expect(interactive(text('When?', [], [slots(labels)]))).toMatchObject({
      type: 'list',
      action: {
        button: 'See times',
        sections: [
          {
            title: 'Times',
            rows: [{ id: `say:${eleven}`, title: 'Sat 28 Nov, 11:00 am', description: eleven }, {}, {}, {}],
          },
        ],
      },
    })
  })

  it('of a calculation are its lines, with what was assumed', () => {
    const emi: Card = {
      kind: 'calculation',
      title: 'EMI',
      rows: [
        { label: 'Loan', value: '₹64 L' },
        { label: 'Rate', value: '8.5%' },
      ],
      assumptions: ['A down payment of 20%.'],
    }
    expect(words(text('', [], [emi]))).toEqual({
      preview_url: false,
      body: '*EMI*\nLoan: ₹64 L\nRate: 8.5%\nA down payment of 20%.',
    })
  })

  it('are told in the script of the message', () => {
    const hindi = 'शनिवार 28 नवंबर, 11:00 am'
    expect(interactive(text('ये दो घर हैं', [], [elm, oak, slots([hindi])]))).toMatchObject({
      body: { text: expect.stringContaining('₹80 L · 2 बेडरूम · 1,370 sq ft') },
      action: {
        button: 'चुनें',
        sections: [
          { title: 'Riverside' },
          { title: 'समय', rows: [{ id: `say:${hindi}`, title: 'शनि 28 नवंबर, 11:00 am' }] },
        ],
      },
    })
  })
})

describe('what cannot be sent', () => {
  const media = { kind: 'media', media: 'image' } as const
  const template = { kind: 'template', name: 't', language: 'en', category: 'utility', preview: '' } as const
  it.each<[string, OutgoingContent]>([
    ['nothing', text(' \n')],
    ['a file that is nowhere', media],
    ['a file at no web address', { ...media, link: 'file:///etc/passwd' }],
    ['a long caption', { ...media, mediaId: '1', caption: 'a'.repeat(1025) }],
    ['words beside a sound', { ...media, media: 'audio', mediaId: '1', caption: 'Listen' }],
    ['a template with an empty variable', { ...template, variables: ['Ana', ' '] }],
    ['a template whose picture is nowhere', { ...template, variables: [], header: { kind: 'image', link: '' } }],
    ['a place that is not on earth', { kind: 'location', latitude: 91, longitude: 0 }],
    ['a place that is no place', { kind: 'location', latitude: Number.NaN, longitude: 0 }],
    ['a link to a script', { kind: 'link', text: 'Look', label: 'Open', url: 'javascript:alert(1)' }],
  ])('%s is refused with a reason', (_what, content) => {
    expect(compose(content)).toEqual({ ok: false, reason: expect.stringMatching(/^[A-Z].{10,}\.$/u) })
  })

  it('is written plainly where that is enough: a link with a long label', () => {
    const link = { text: 'Look', label: 'Open the whole brochure', url: 'https://example.com/' }
    expect(words({ kind: 'link', ...link })).toMatchObject({
      body: 'Look\n\nOpen the whole brochure: https://example.com/',
    })
  })

  it('has no line breaks in the variables of a template, and no components where there is nothing to fill in', () => {
    expect(compose({ ...template, variables: ['Ana\n\tRuiz     '] })).toMatchObject({
      body: { template: { components: [{ parameters: [{ text: 'Ana Ruiz' }] }] } },
    })
    expect(compose({ ...template, variables: [] })).toMatchObject({
      body: { template: { name: 't', language: { code: 'en' } } },
    })
  })
})
