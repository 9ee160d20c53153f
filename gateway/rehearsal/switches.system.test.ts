import { afterEach, describe, expect, it } from 'vitest'
import { member } from '../testing/test-clients.ts'
import { until } from '../testing/test-house.ts'
import { startWhatsAppHouse, type WhatsAppHouse } from '../testing/whatsapp-house.ts'
import { addressFor, dispatchFor, factsOf, quiet, transcriptOf, waysOf } from '../testing/whatsapp-scene.ts'

const ana = '34600111222'
const conversation = addressFor('conversation', ana)
let started: WhatsAppHouse | undefined

async function start(options: Parameters<typeof startWhatsAppHouse>[0] = {}): Promise<WhatsAppHouse> {
  started = await startWhatsAppHouse(options)
  return started
}

afterEach(async () => {
  await started?.stop()
  started = undefined
})

async function heard(scene: WhatsAppHouse): Promise<readonly string[]> {
  const said = await transcriptOf(scene, conversation)
  return said.filter(({ author }) => author.kind === 'customer').map(({ text }) => text)
}

/** Somebody wrote, the assistant answered, and Priya took over; the next message is number 4. */
async function takenOver(scene: WhatsAppHouse) {
  scene.meta.phone(ana).says('Hello')
  await scene.meta.phone(ana).arrival()
  await quiet(scene)
  const priya = await member(scene.house, { name: 'Priya' })
  await priya.command({ type: 'take-over', conversation })
  return priya
}

/** What the others do to the product: rate limit, token expired and held are told by the tests of a number and of the contract with Meta. */
describe('the switches of the rehearsal, and what the product makes of them', () => {
  it('duplicate: a message is in the transcript once, is answered once, and its ticks are counted once', async () => {
    const scene = await start()
    scene.meta.press('duplicate')
    const phone = scene.meta.phone(ana)
    phone.says('Hello')
    await phone.arrival()
    phone.reads()
    await quiet(scene)
    expect(await heard(scene)).toEqual(['Hello'])
    expect(phone.inbox()).toHaveLength(1)
    const ways = (await waysOf(scene, dispatchFor(ana, 2))).map(({ status }) => status)
    expect(new Set(ways).size).toBe(ways.length)
    expect(ways.at(-1)).toBe('read')
  })

  it('late: what comes late is heard as of when it was said, and answered', async () => {
    const scene = await start({ meta: { delays: { lateMs: 1500 } } })
    scene.meta.press('late')
    const phone = scene.meta.phone(ana)
    const saidAtMs = Date.now()
    phone.says('Hello')
    await phone.arrival()
    const lead = await scene.house.runtime.inspect(addressFor('lead', ana))
    const atMs = Math.floor(saidAtMs / 1000) * 1000
    expect(lead?.snapshot).toMatchObject({ context: { outreach: { heard: { [conversation]: { atMs } } } } })
    expect(await heard(scene)).toEqual(['Hello'])
  })

  it('out of order: nothing is lost or doubled, and ticks that come the wrong way round only rise', async () => {
    const scene = await start()
    scene.meta.press('out-of-order')
    const phone = scene.meta.phone(ana)
    for (const text of ['one', 'two', 'three']) phone.says(text)
    await phone.arrival()
    phone.reads()
    await quiet(scene)
    expect([...(await heard(scene))].toSorted()).toEqual(['one', 'three', 'two'])
    const { n = 0 } = (await transcriptOf(scene, conversation)).find(({ author }) => author.kind === 'assistant') ?? {}
    const ways = (await waysOf(scene, dispatchFor(ana, n))).map(({ status }) => status)
    expect(ways.at(-1)).toBe('read')
  })

  it('window closed: what a member writes is told as not delivered, with what to do', async () => {
    const scene = await start()
    const priya = await takenOver(scene)
    scene.meta.press('window-closed')
    const { n } = await priya.command({ type: 'message.send', conversation, clientId: 'm1', text: 'Are you there?' })
    const failed = await until(
      () => waysOf(scene, dispatchFor(ana, n)),
      (found) => found.at(-1)?.['status'] === 'failed',
    )
    expect(failed.at(-1)).toMatchObject({ code: 131047, reason: expect.stringMatching(/template/u) as string })
    priya.close()
  })

  it('window told at once: the same, by the call itself', async () => {
    const scene = await start()
    const priya = await takenOver(scene)
    scene.meta.press('window-closed')
    scene.meta.press('window-at-once')
    const { n } = await priya.command({ type: 'message.send', conversation, clientId: 'm1', text: 'Are you there?' })
    const failed = await until(
      () => waysOf(scene, dispatchFor(ana, n)),
      (found) => found.at(-1)?.['status'] === 'failed',
    )
    expect(failed.map(({ status }) => status)).toEqual(['sending', 'failed'])
    expect(failed.at(-1)).toMatchObject({ code: 131047 })
    priya.close()
  })

  it('username only: somebody without a number is heard, answered, and named by their id', async () => {
    const scene = await start()
    scene.meta.press('username-only')
    const phone = scene.meta.phone(ana)
    phone.says('Hello')
    await phone.arrival()
    const talk = addressFor('conversation', phone.person.userId)
    const [introduced] = await factsOf(scene, talk, 'contact-introduced')
    expect(introduced?.data['reach']).toEqual({ account: '106540352242922', userId: phone.person.userId })
  })

  it('a reply on the paired phone: a member owns the conversation from then on', async () => {
    const scene = await start()
    const phone = scene.meta.phone(ana)
    phone.says('Hello')
    await phone.arrival()
    await quiet(scene)
    phone.businessReplies('This is Marta')
    await until(
      () => factsOf(scene, conversation, 'taken-over'),
      (found) => found.length > 0,
    )
    phone.says('Good')
    await quiet(scene)
    expect(phone.inbox()).toHaveLength(1)
  })

  it('down: what is written meanwhile comes afterwards, and what was sent into it is told as not known', async () => {
    const scene = await start()
    const priya = await takenOver(scene)
    scene.meta.press('down')
    scene.meta.phone(ana).says('Anybody?')
    const { n } = await priya.command({ type: 'message.send', conversation, clientId: 'm1', text: 'Are you there?' })
    await until(
      () => waysOf(scene, dispatchFor(ana, n)),
      (found) => found.at(-1)?.['status'] === 'unknown',
    )
    expect(await heard(scene)).toEqual(['Hello'])
    scene.meta.release('down')
    await until(
      () => heard(scene),
      (found) => found.includes('Anybody?'),
    )
    priya.close()
  })
})
