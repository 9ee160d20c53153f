import { describe, expect, it } from 'vitest'
import { readPageWebhook } from '../channels/meta/read-page-webhook.ts'
import { leadAdsDefaults } from './business.ts'
import type { PageWriting } from './page-writing.ts'
import { signature } from './webhook-sender.ts'
import { secrets, startHouse, startListener, type RehearsalHouse } from './testing/rehearsal-house.ts'

const { pageId, instagramId } = leadAdsDefaults

async function startPage(fields = 'leadgen,feed,messages'): Promise<RehearsalHouse> {
  const house = await startHouse()
  await house.meta.setCallback('instagram', house.listener.url, secrets.verifyToken)
  await house.graph('POST', `${pageId}/subscribed_apps?subscribed_fields=${fields}`)
  return house
}

async function told(writing: PageWriting, house?: RehearsalHouse) {
  const { meta, listener } = house ?? (await startPage())
  const id = meta.writeToPage(writing)
  await meta.idle()
  return { id, updates: listener.heard.flatMap(({ raw }) => readPageWebhook(raw)), listener }
}

const sara = { name: 'Sara Khan', text: 'What does it cost?' }

describe('what people write to the Page', () => {
  it.each([
    ['facebook', 'comment', pageId],
    ['facebook', 'message', pageId],
    ['instagram', 'comment', instagramId],
    ['instagram', 'message', instagramId],
  ] as const)('%s, %s: goes out signed, and reads as what it is', async (network, what, page) => {
    const { id, updates, listener } = await told({ network, what, ...sara })
    expect(updates).toMatchObject([{ kind: 'written', source: `${network}-${what}`, page, id, text: sara.text }])
    const [first] = listener.heard
    expect(first?.signature).toBe(signature(Buffer.from(first?.raw ?? ''), secrets.appSecret))
  })

  it('is of one person where the name is the same, and of others where it is not', async () => {
    const house = await startPage()
    for (const name of ['Sara Khan', 'sara khan', 'Omar'])
      house.meta.writeToPage({ ...sara, network: 'facebook', what: 'comment', name })
    const { updates } = await told({ ...sara, network: 'facebook', what: 'message' }, house)
    const people = updates.map((update) => (update.kind === 'written' ? update.person.id : ''))
    expect(new Set([people[0], people[1], people[3]]).size).toBe(1)
    expect(people[2]).not.toBe(people[0])
  })

  it('is told only as far as the app is subscribed', async () => {
    const house = await startPage('leadgen')
    const { updates } = await told({ ...sara, network: 'facebook', what: 'comment' }, house)
    expect(updates).toEqual([])
    expect(house.meta.webhooks()).toMatchObject([{ field: 'feed', state: 'nobody-subscribed' }])
  })

  it('of Instagram goes to the address that was set for it, by the app’s own token', async () => {
    const house = await startHouse()
    const other = await startListener()
    const asked = new URL(`${house.meta.url}/v24.0/1020304050607080/subscriptions`)
    const wanted = { object: 'instagram', callback_url: other.url, verify_token: secrets.verifyToken }
    for (const [name, value] of Object.entries(wanted)) asked.searchParams.set(name, value)
    const authorization = `Bearer 1020304050607080|${secrets.appSecret}`
    expect((await fetch(asked, { method: 'POST', headers: { authorization } })).status).toBe(200)
    await told({ ...sara, network: 'instagram', what: 'comment' }, house)
    expect(other.heard).toHaveLength(1)
    other.close()
  })
})
