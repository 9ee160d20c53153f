import { afterEach, describe, expect, it } from 'vitest'
import { systemClock } from '#runtime/adapters/system/clock.ts'
import { createSystemIds } from '#runtime/adapters/system/ids.ts'
import { addressOf } from '#runtime/address.ts'
import { contactId } from '#machines/contact-writing.ts'
import { startMailReader } from '../channels/email/mail-reader.ts'
import { mailbox, openMailDesk } from '../channels/email/testing/mail-desk.ts'
import { openSmsDesk, smsNumber } from '../channels/sms/testing/sms-desk.ts'
import { member } from '../testing/test-clients.ts'
import { createTestLog, startTestHouse, until, type TestHouse } from '../testing/test-house.ts'

const ending: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ending.splice(0).toReversed()) await end()
})

async function texts(house: TestHouse, id: string): Promise<readonly unknown[]> {
  const facts = await house.runtime.journal.facts(0, 1000, addressOf('acme', 'conversation', id))
  return facts.filter(({ type }) => type === 'message-added').map(({ data }) => data['text'])
}

describe('what was kept of other channels', () => {
  it('an SMS is mended and read again as one, and makes one message', async () => {
    const desk = await openSmsDesk()
    ending.push(() => desk.close())
    const house = await startTestHouse(desk)
    ending.push(() => house.stop())
    desk.reachedAt(`http://127.0.0.1:${house.port}`)
    const manager = await member(house, { name: 'Maya', role: 'manager' })
    const ana = '+34600111222'
    await desk.says(ana, 'Hello', { To: '+15550000000', MessageSid: 'SMkept' })
    const { event } = await manager.frame('lead-event')
    expect(event).toMatchObject({ subject: 'sms', reasons: [expect.stringContaining('is not connected')] })
    const { letter, text } = event
    const replay = (given: string) => manager.command({ type: 'lead-event.replay', letter, text: given })
    expect(await replay(text)).toMatchObject({ status: 'refused', reasons: event.reasons })
    const id = contactId('sms', smsNumber.account, ana)
    const mended = text.replace(encodeURIComponent('+15550000000'), encodeURIComponent(smsNumber.account))
    expect(mended).not.toBe(text)
    expect(await replay(mended)).toEqual({ status: 'taken', lead: addressOf('acme', 'contact', id) })
    // The provider tells the same message again, rightly this time.
    await desk.says(ana, 'Hello', { MessageSid: 'SMkept' })
    await until(
      () => texts(house, id),
      (said) => said.length >= 2,
    )
    expect((await texts(house, id)).filter((said) => said === 'Hello')).toHaveLength(1)
    manager.close()
  })

  it('a mail is mended and read again as one', async () => {
    const desk = await openMailDesk()
    ending.push(() => desk.close())
    const house = await startTestHouse(desk)
    ending.push(() => house.stop())
    const { records, channelDesks, imap } = desk
    const parts = { clock: systemClock(), ids: createSystemIds(), log: createTestLog([]), timeZone: 'Asia/Kolkata' }
    const reader = startMailReader({
      desk: channelDesks.email,
      runtime: house.runtime,
      records,
      ...parts,
      everyMs: 100,
    })
    ending.push(() => reader.stop())
    await until(
      () => records.get('mail-places', `acme/${mailbox.account}`),
      (place) => place !== undefined,
    )
    const manager = await member(house, { name: 'Maya', role: 'manager' })
    imap.deliver(`To: ${mailbox.account}\nSubject: The flat\nMessage-ID: <kept@example.com>\n\nIs it free?\n`)
    const { event } = await manager.frame('lead-event')
    expect(event).toMatchObject({ subject: 'email', reasons: ['it does not say who it is from'] })
    const { letter, text } = event
    const replay = (given: string) => manager.command({ type: 'lead-event.replay', letter, text: given })
    expect(await replay(text)).toMatchObject({ status: 'refused', reasons: event.reasons })
    expect(await replay('From: nobody\n\nHello')).toMatchObject({
      status: 'refused',
      reasons: [expect.stringContaining('X-Mailbox')],
    })
    const elsewhere = text.replace(mailbox.account, 'other@example.com')
    expect(await replay(elsewhere)).toMatchObject({
      reasons: ['the mailbox other@example.com is not connected to this workspace'],
    })
    const id = contactId('email', mailbox.account, 'ana@example.com')
    const mended = text.replace('Subject:', 'From: Ana <ana@example.com>\nSubject:')
    expect(await replay(mended)).toEqual({ status: 'taken', lead: addressOf('acme', 'contact', id) })
    await until(
      () => texts(house, id),
      (said) => said.includes('The flat\n\nIs it free?'),
    )
    manager.close()
  })
})
