import { describe, expect, it } from 'vitest'
import { Session } from './session.ts'
import { FakeBrowser, FakeTab, messageOf, transcriptOf } from './testing/fake-ports.ts'

const settings = { workspace: 'demo', server: 'https://gateway.example', language: 'en', colorScheme: 'auto' } as const

function start(browser = new FakeBrowser(), name = 'tab') {
  const tab = new FakeTab(browser, name)
  const session = new Session(settings, tab.ports)
  session.start()
  return { browser, tab, session, numbers: () => session.state.log.messages.map(({ n }) => n) }
}

describe('the log is complete', () => {
  it('a frame beyond the next asks for what is missing, and what came in between is not lost', async () => {
    const { tab, session, numbers } = start()
    tab.welcome('c1', [messageOf(1)])
    tab.frame({ type: 'message', message: messageOf(3) })
    tab.frame({ type: 'message', message: messageOf(4) })
    expect(numbers()).toEqual([1])
    expect(tab.commands('resume').map(({ command }) => command)).toEqual([{ type: 'resume', after: 1 }])
    await tab.commands('resume')[0]?.ok(transcriptOf([messageOf(2), messageOf(3)]))
    expect(numbers()).toEqual([1, 2, 3])
    await tab.commands('resume')[1]?.ok(transcriptOf([messageOf(4)]))
    expect(numbers()).toEqual([1, 2, 3, 4])
    expect(session.state.log.expectedN).toBe(4)
    expect(tab.commands('resume')).toHaveLength(2)
  })

  it('known frames change nothing, and "behind" resumes once however often it is said', () => {
    const { tab, numbers } = start()
    tab.welcome('c1', [messageOf(1), messageOf(2)])
    tab.frame({ type: 'message', message: messageOf(2) })
    tab.frame({ type: 'message', message: messageOf(1) })
    tab.frame({ type: 'behind' })
    tab.frame({ type: 'behind' })
    expect(numbers()).toEqual([1, 2])
    expect(tab.commands('resume')).toHaveLength(1)
  })

  it('a welcome with more pages is read to the end', async () => {
    const { tab, numbers } = start()
    tab.welcome('c1', [messageOf(1)], { lastN: 3, more: true })
    await tab.commands('resume')[0]?.ok(transcriptOf([messageOf(2)], { lastN: 3, more: true }))
    await tab.commands('resume')[1]?.ok(transcriptOf([messageOf(3)]))
    expect(numbers()).toEqual([1, 2, 3])
  })

  it('a resume that fails is tried again later, and an answer to an older link is not taken', async () => {
    const { tab, numbers } = start()
    tab.welcome('c1', [messageOf(1)])
    tab.frame({ type: 'message', message: messageOf(3) })
    await tab.commands('resume')[0]?.fail({})
    tab.advance(1000)
    expect(tab.commands('resume')).toHaveLength(2)
    tab.status('reconnecting')
    tab.welcome('c1', [messageOf(1), messageOf(2), messageOf(3)])
    await tab.commands('resume')[1]?.ok(transcriptOf([messageOf(2), messageOf(9)]))
    expect(numbers()).toEqual([1, 2, 3])
  })

  it('an acknowledged number whose frame does not come is asked for', async () => {
    const { tab, session } = start()
    tab.welcome('c1')
    session.send('hello')
    await tab.commands('message.send')[0]?.ok({ n: 1 })
    expect(tab.commands('resume')).toHaveLength(0)
    tab.advance(2000)
    expect(tab.commands('resume')).toHaveLength(1)
    await tab.commands('resume')[0]?.ok(transcriptOf([messageOf(1, 'tab-1')]))
    expect(session.state.outbox).toEqual([])
  })
})

describe('what is sent', () => {
  it('waits for the welcome, goes one at a time and in order', async () => {
    const { tab, session } = start()
    session.send('one')
    session.send('two')
    expect(tab.asked).toEqual([])
    tab.welcome('c1')
    expect(tab.commands('message.send')).toHaveLength(1)
    await tab.commands('message.send')[0]?.ok({ n: 1 })
    expect(tab.commands('message.send').map(({ command }) => command)).toMatchObject([{ text: 'one' }, { text: 'two' }])
  })

  it('keeps its clientId through a lost link and a new page', async () => {
    const { browser, tab, session } = start()
    tab.welcome('c1')
    session.send('hello')
    tab.status('reconnecting')
    const { tab: next, session: reloaded } = start(browser, 'next')
    expect(reloaded.state.outbox.map(({ text }) => text)).toEqual(['hello'])
    expect(next.handshake?.token).toBe('token of c1')
    next.welcome('c1', [messageOf(1, 'tab-1')])
    expect(reloaded.state.outbox).toEqual([])
    expect(next.commands('message.send')).toEqual([])
  })

  it('is not waited for any longer when the transcript already holds it', async () => {
    const { tab, session } = start()
    tab.welcome('c1')
    session.send('one')
    session.send('two')
    tab.frame({ type: 'message', message: messageOf(1, 'tab-1') })
    expect(tab.commands('message.send')).toHaveLength(2)
    await tab.commands('message.send')[0]?.fail({ code: 'timeout', retry: 'now' })
    expect(session.state.outbox).toMatchObject([{ text: 'two', state: 'waiting' }])
  })

  it('a refusal for good fails, with its reason, and lets the next one go; retry keeps the clientId', async () => {
    const { tab, session } = start()
    tab.welcome('c1')
    session.send('one')
    session.send('two')
    await tab.commands('message.send')[0]?.fail({ code: 'forbidden', message: 'No.', retry: 'never' })
    expect(session.state.outbox).toMatchObject([{ state: 'failed', problem: 'No.' }, { state: 'waiting' }])
    await tab.commands('message.send')[1]?.ok({ n: 1 })
    session.retry('tab-1')
    expect(tab.commands('message.send')[2]?.command).toMatchObject({ clientId: 'tab-1', text: 'one' })
  })

  it('a rate limit waits as long as it is told and never fails; trouble that lasts does after six attempts', async () => {
    const { tab, session } = start()
    tab.welcome('c1')
    session.send('one')
    for (let round = 0; round < 10; round += 1) {
      await tab.commands('message.send').at(-1)?.fail({ code: 'rate-limited', retryAfterMs: 3000 })
      tab.advance(2999)
      expect(tab.commands('message.send')).toHaveLength(round + 1)
      tab.advance(1)
    }
    for (let round = 0; round < 6; round += 1) {
      await tab.commands('message.send').at(-1)?.fail({ code: 'unavailable' })
      tab.advance(15_000)
    }
    expect(session.state.outbox).toMatchObject([{ state: 'failed' }])
    expect(tab.commands('message.send')).toHaveLength(16)
  })

  it('empty and too long texts are not taken', () => {
    const { session } = start()
    expect(session.send('  \n ')).toBe(false)
    expect(session.send('a'.repeat(4001))).toBe(false)
    expect(session.send(`  ${'a'.repeat(4000)}  `)).toBe(true)
  })

  it('a choice is taken once, a person is asked for once', async () => {
    const { tab, session } = start()
    tab.welcome('c1')
    session.choose('chip 3', 'yes')
    session.choose('chip 3', 'yes')
    expect(session.state.outbox).toHaveLength(1)
    const asking = session.requestPerson()
    await session.requestPerson()
    expect(tab.commands('person.request')).toHaveLength(1)
    await tab.commands('person.request')[0]?.fail({})
    await asking
    expect(session.state.personRequest).toBe('failed')
  })
})

describe('one visitor', () => {
  it('the token stored first wins: the later tab leaves its own conversation before it sends', () => {
    const browser = new FakeBrowser()
    const first = start(browser, 'first')
    const second = start(browser, 'second')
    second.session.send('hello')
    first.tab.welcome('c1')
    second.tab.welcome('c2')
    expect(second.tab.reconnects).toBe(1)
    expect(second.tab.commands('message.send')).toEqual([])
    expect(second.tab.handshake?.token).toBe('token of c1')
    second.tab.welcome('c1')
    expect(second.tab.commands('message.send')).toHaveLength(1)
  })

  it('another tab’s message is shown at once, holds up nothing, and is taken over when that tab is gone', () => {
    const browser = new FakeBrowser()
    const first = start(browser, 'first')
    const second = start(browser, 'second')
    first.tab.welcome('c1')
    second.tab.welcome('c1')
    first.session.send('from the first')
    browser.storageChanged()
    expect(second.session.state.outbox).toMatchObject([{ text: 'from the first' }])
    second.session.send('from the second')
    expect(second.tab.commands('message.send').map(({ command }) => command)).toMatchObject([
      { text: 'from the second' },
    ])
    second.tab.frame({ type: 'message', message: messageOf(1, 'second-1') })
    second.tab.advance(15_000)
    expect(second.tab.commands('message.send').map(({ command }) => command)).toMatchObject([
      { clientId: 'second-1' },
      { clientId: 'first-1' },
    ])
  })

  it('a token that is refused begins a new visitor and keeps what was written; without one it stays refused', () => {
    const { tab, session } = start()
    tab.welcome('c1')
    tab.status('offline')
    session.send('hello')
    const problem = { code: 'unauthenticated', message: 'Who?', retry: 'never' } as const
    tab.status('refused', problem)
    expect(tab.reconnects).toBe(1)
    expect(tab.handshake?.token).toBeUndefined()
    expect(session.state.outbox).toHaveLength(1)
    tab.status('refused', problem)
    expect(session.state).toMatchObject({ link: 'refused', problem })
  })

  it('reset forgets the visitor here and in the other tabs', () => {
    const browser = new FakeBrowser()
    const first = start(browser, 'first')
    const second = start(browser, 'second')
    first.tab.welcome('c1', [messageOf(1)])
    second.tab.welcome('c1', [messageOf(1)])
    first.session.reset()
    browser.storageChanged()
    expect(first.session.state.log.messages).toEqual([])
    expect(second.session.state.log.messages).toEqual([])
    expect(second.tab.handshake?.token).toBeUndefined()
  })

  it('who the visitor is, is told after the welcome and again to every new conversation', () => {
    const { tab, session } = start()
    session.identify({ name: 'Asha' })
    expect(tab.asked).toEqual([])
    tab.welcome('c1')
    tab.status('reconnecting')
    tab.welcome('c1')
    expect(tab.commands('identify').map(({ command }) => command)).toEqual([{ type: 'identify', name: 'Asha' }])
    session.reset()
    session.identify({ name: 'Asha' })
    tab.welcome('c2')
    expect(tab.commands('identify')).toHaveLength(2)
  })
})

describe('around the messages', () => {
  it('unread counts what others said beyond the mark, and reading tells the server once', () => {
    const { tab, session } = start()
    tab.welcome('c1', [messageOf(1, 'x'), messageOf(2), messageOf(3)])
    expect(session.unread).toBe(2)
    session.markRead()
    session.markRead()
    expect(session.unread).toBe(0)
    expect(tab.commands('read').map(({ command }) => command)).toEqual([{ type: 'read', upTo: 3 }])
  })

  it('typing goes out with the message, and by itself when nobody ends it', () => {
    const { tab, session } = start()
    tab.welcome('c1')
    tab.frame({ type: 'typing', by: 'member', name: 'Priya', on: true })
    expect(session.state.typing).toEqual({ by: 'member', name: 'Priya' })
    tab.frame({ type: 'message', message: messageOf(1) })
    expect(session.state.typing).toBeUndefined()
    tab.frame({ type: 'typing', by: 'assistant', on: true })
    tab.advance(12_000)
    expect(session.state.typing).toBeUndefined()
  })

  it('addresses of the server’s pictures are taken from its origin, and only http(s) ones', () => {
    const { session } = start()
    expect(session.resourceAddress('/pictures/h1.svg')).toBe('https://gateway.example/pictures/h1.svg')
    expect(session.resourceAddress('javascript:alert(1)')).toBeUndefined()
  })
})
