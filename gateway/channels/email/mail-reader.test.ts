import { afterEach, describe, expect, it } from 'vitest'
import { systemClock } from '#runtime/adapters/system/clock.ts'
import { createSystemIds } from '#runtime/adapters/system/ids.ts'
import type { NewEvent } from '#runtime/event.ts'
import type { LeasedWork } from '#runtime/leased.ts'
import type { Runtime } from '#runtime/runtime.ts'
import { createTestLog, until } from '../../testing/test-house.ts'
import { startMailReader } from './mail-reader.ts'
import { mailbox, openMailDesk } from './testing/mail-desk.ts'

const ending: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ending.splice(0).toReversed()) await end()
})

function mail(n: number): string {
  return `From: ana@example.com\nTo: hello@acme.example\nSubject: Re: x\nIn-Reply-To: <0@x>\nMessage-ID: <${n}@x>\n\nMail ${n}\n`
}

async function scene() {
  const desk = await openMailDesk()
  ending.push(() => desk.close())
  const taken: NewEvent[] = []
  const logged: string[] = []
  let journal: 'well' | 'away' = 'well'
  const runtime: Pick<Runtime, 'send'> = {
    async send(event: NewEvent) {
      if (journal === 'away') throw new Error('the journal is away')
      taken.push(event)
      return { id: event.id ?? 'none', position: taken.length, duplicate: false }
    },
  }
  const begin = (): LeasedWork => {
    const parts = { records: desk.records, clock: systemClock(), ids: createSystemIds(), log: createTestLog(logged) }
    const reader = startMailReader({ desk: desk.channelDesks.email, runtime, ...parts, timeZone: 'UTC', everyMs: 50 })
    ending.push(() => reader.stop())
    return reader
  }
  const placed = () =>
    until(
      () => desk.records.get('mail-places', `acme/${mailbox.account}`),
      (place) => place !== undefined,
    )
  const ids = () => taken.map(({ event }) => JSON.parse(JSON.stringify(event))['told']?.messageId)
  const heard = (count: number) =>
    until(
      () => taken.length,
      (length) => length >= count,
    )
  return { desk, begin, placed, ids, heard, logged, be: (now: typeof journal) => void (journal = now) }
}

describe('reading mailboxes', () => {
  it('begins at the end of a new mailbox and goes on where another process stopped', async () => {
    const { desk, begin, placed, ids, heard } = await scene()
    desk.imap.deliver(mail(1))
    const first = begin()
    await placed()
    desk.imap.deliver(mail(2))
    await heard(1)
    await first.stop()
    desk.imap.deliver(mail(3))
    desk.imap.deliver(mail(4))
    begin()
    await heard(3)
    expect(ids()).toEqual(['<2@x>', '<3@x>', '<4@x>'])
  })

  it('reads a mail again that did not become durable, after a pause, and says why it waits', async () => {
    const { desk, begin, placed, ids, heard, logged, be } = await scene()
    begin()
    await placed()
    be('away')
    desk.imap.deliver(mail(1))
    await until(
      () => logged.length,
      (length) => length > 0,
    )
    expect(logged[0]).toContain('the journal is away')
    expect(ids()).toEqual([])
    be('well')
    await heard(1)
    expect(ids()).toEqual(['<1@x>'])
  })

  it('ends with an account that was removed, and begins anew with one that was changed', async () => {
    const { desk, begin, placed, ids, heard, logged } = await scene()
    const { accounts } = desk.channelDesks.email
    const [account] = await accounts.of('acme')
    begin()
    await placed()
    await accounts.remove('acme', mailbox.account)
    await until(
      () => desk.imap.lines,
      (lines) => lines === 0,
    )
    if (account === undefined) throw new Error('there is no account')
    await accounts.save('acme', { ...account, secrets: { ...account.secrets, imapPassword: 'another-password' } })
    await until(
      () => logged.length,
      (length) => length > 0,
    )
    expect(logged[0]).toContain('does not accept our user and password')
    expect(logged.join()).not.toContain('another-password')
    desk.imap.deliver(mail(1))
    await accounts.save('acme', account)
    await heard(1)
    expect(ids()).toEqual(['<1@x>'])
  })
})
