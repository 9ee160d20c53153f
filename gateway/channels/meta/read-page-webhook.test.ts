import { describe, expect, it } from 'vitest'
import { createSeededIds } from '#runtime/testing/seeded-ids.ts'
import { readPageWebhook } from './read-page-webhook.ts'
import { pageEventsOf } from './take-in-page.ts'

const page = '516540199134611'
const lead = {
  leadgen_id: '444440001112223',
  page_id: page,
  form_id: '551111744595541',
  ad_id: '120226305854810726',
  adgroup_id: '120226305854810726',
  created_time: 1790000990,
}

function delivery(entry: object, object = 'page'): string {
  return JSON.stringify({ object, entry: [{ id: page, time: 1790001000, ...entry }] })
}

function changed(field: string, value: unknown, object = 'page'): string {
  return delivery({ changes: [{ field, value }] }, object)
}

function messaged(item: object, object = 'page'): string {
  return delivery({ messaging: [item] }, object)
}

describe('a delivery about a Page', () => {
  it('tells of a form that was sent, and keeps its own words for it', () => {
    const [update] = readPageWebhook(changed('leadgen', lead))
    expect(update).toMatchObject({ kind: 'lead', page, id: '444440001112223', form: '551111744595541' })
    const told = update?.kind === 'lead' ? update.told : ''
    expect(readPageWebhook(told)).toEqual([update])
  })

  it('has ids as bare numbers, of which none is rounded, and of no advertisement', () => {
    const text = `{"object":"page","entry":[{"id":516540199134611,"changes":[{"field":"leadgen","value":{"leadgen_id":55459717045641545,"page_id":516540199134611,"form_id":0,"ad_id":0}}]}]}`
    const [update] = readPageWebhook(text)
    expect(update).toMatchObject({ kind: 'lead', page, id: '55459717045641545' })
    expect(update).not.toHaveProperty('form')
    // Told again it is the same.
    expect(readPageWebhook(update?.kind === 'lead' ? update.told : '')).toMatchObject([{ id: '55459717045641545' }])
  })

  it('tells of new comments on the Page and on Instagram', () => {
    const comment = { item: 'comment', verb: 'add', comment_id: '1_2', post_id: '516_1', message: 'Price?' }
    const from = { id: '77', name: 'Ana Ruiz' }
    expect(readPageWebhook(changed('feed', { ...comment, from }))).toMatchObject([
      { kind: 'written', source: 'facebook-comment', id: '1_2', person: from, text: 'Price?', post: '516_1' },
    ])
    const onInstagram = { id: '99', text: '¿Precio?', from: { id: '78', username: 'ana.r' }, media: { id: '5' } }
    expect(readPageWebhook(changed('comments', onInstagram, 'instagram'))).toMatchObject([
      { source: 'instagram-comment', id: '99', person: { id: '78', name: 'ana.r' }, text: '¿Precio?', post: '5' },
    ])
  })

  it('tells of messages, whichever list they are in', () => {
    const item = { sender: { id: '77' }, recipient: { id: page }, timestamp: 1, message: { mid: 'm_1', text: 'Hi' } }
    const told = { kind: 'written', source: 'facebook-message', id: 'm_1', person: { id: '77' }, text: 'Hi' }
    expect(readPageWebhook(messaged(item))).toMatchObject([told])
    expect(readPageWebhook(changed('messages', item))).toMatchObject([told])
    expect(readPageWebhook(messaged(item, 'instagram'))).toMatchObject([{ source: 'instagram-message' }])
    const picture = { ...item, message: { mid: 'm_2', attachments: [{ type: 'image' }] } }
    expect(readPageWebhook(messaged(picture))).toMatchObject([{ text: '[image]' }])
  })

  it.each([
    ['a like', changed('feed', { item: 'like', verb: 'add' })],
    ['a comment that was taken away', changed('feed', { item: 'comment', verb: 'remove', comment_id: '1_2' })],
    [
      'a comment of its own',
      changed('feed', { item: 'comment', verb: 'add', comment_id: '1_2', message: 'Hi', from: { id: page } }),
    ],
    ['an echo', messaged({ sender: { id: page }, message: { mid: 'm_1', text: 'Hi', is_echo: true } })],
    ['a receipt', messaged({ sender: { id: '77' }, read: { watermark: 1 } })],
    ['a message that was taken back', messaged({ sender: { id: '77' }, message: { mid: 'm_1', is_deleted: true } })],
  ])('says nothing by %s', (_, text) => {
    expect(readPageWebhook(text)).toEqual([])
  })

  it.each([
    ['no JSON', 'the body is no JSON about a Page', 'no'],
    ['another object', 'the body is no JSON about a Page', delivery({ changes: [] }, 'whatsapp_business_account')],
    ['no entries', 'the body has no entries', '{"object":"page"}'],
    ['an entry without a Page', 'the entry names no Page', '{"object":"page","entry":[{"changes":[]}]}'],
    ['an entry that is empty', 'the entry tells nothing', delivery({})],
    ['a field nobody knows', 'nothing is known of the field mention', changed('mention', { id: '1' })],
    ['a lead without an id', 'it does not say which lead it is about', changed('leadgen', { form_id: '1' })],
    ['a comment without an id', 'it has no id', changed('feed', { item: 'comment', verb: 'add', message: 'Hi' })],
    ['a value that is none', 'the change has no field or value', changed('leadgen', 7)],
  ])('keeps %s with its reason, to be read again', (_, reason, text) => {
    const [update, ...more] = readPageWebhook(text)
    expect(more).toEqual([])
    expect(update).toMatchObject({ kind: 'unread', reason })
    expect(readPageWebhook(update?.kind === 'unread' ? update.told : '')).toMatchObject([{ reason }])
  })

  it('is read on behind a part that is not understood', () => {
    const changes = [{ field: 'leadgen', value: {} }, { field: 'leadgen', value: lead }, 'odd']
    expect(readPageWebhook(delivery({ changes })).map(({ kind }) => kind)).toEqual(['unread', 'lead', 'unread'])
  })

  it('never throws, whatever is put in the place of whatever', () => {
    const ids = createSeededIds(11)
    const odd = [null, 7, '', 'x', [], {}, [null], { id: {} }, true, -1, '9'.repeat(600)]
    const pick = () => odd[Math.floor(ids.random() * odd.length)]
    for (let run = 0; run < 20_000; run++) {
      const value = {
        ...lead,
        item: 'comment',
        verb: 'add',
        [['leadgen_id', 'from', 'message', 'sender'][run % 4] ?? '']: pick(),
      }
      const entry = {
        id: run % 3 === 0 ? pick() : page,
        changes: [{ field: ['leadgen', 'feed', 'messages'][run % 3], value }],
      }
      const updates = readPageWebhook(JSON.stringify({ object: 'page', entry: [run % 7 === 0 ? pick() : entry] }))
      pageEventsOf(updates, { workspace: 'acme', pages: [{ page }], by: 'ping' })
    }
  })
})

describe('what a Page tells becomes', () => {
  const taking = { workspace: 'acme', pages: [{ page, instagram: '1784' }], by: 'ping' } as const

  it('[M36] an event of the lead of the form, with an id that is the same each time', () => {
    const [event] = pageEventsOf(readPageWebhook(changed('leadgen', lead)), taking)
    expect(event).toMatchObject({ to: 'acme/lead-ad/444440001112223', id: 'leadgen:444440001112223' })
    const twice = changed('leadgen', { ...lead, created_time: 1790009999 })
    expect(pageEventsOf(readPageWebhook(twice), taking)[0]).toMatchObject({ to: event?.to, id: event?.id })
  })

  it('one lead of a person, whatever they write and however often', () => {
    const said = (id: string, text: string) =>
      changed('feed', { item: 'comment', verb: 'add', comment_id: id, message: text, from: { id: '77', name: 'Ana' } })
    const [first] = pageEventsOf(readPageWebhook(said('1_1', 'Price?')), taking)
    const [second] = pageEventsOf(readPageWebhook(said('1_2', 'Still there?')), taking)
    expect(first?.to).toBe(second?.to)
    expect([first?.id, second?.id]).toEqual(['facebook-comment:1_1', 'facebook-comment:1_2'])
    expect(first?.event).toMatchObject({
      type: 'lead.captured',
      profile: { source: 'facebook-comment', visitorId: 'facebook:77', name: 'Ana', message: 'Price?' },
    })
  })

  it('a refused event where the Page is not ours', () => {
    const events = pageEventsOf(readPageWebhook(changed('leadgen', { ...lead, page_id: '9' })), taking)
    expect(events).toMatchObject([
      { event: { type: 'event.refused', reasons: ['the Page 9 is not connected to this workspace'] } },
    ])
  })
})
