import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { BrowserContext, Page } from 'playwright-core'
import { openPanel, ownTexts, say, startBrowserHouse, type BrowserHouse } from './testing/browser-house.ts'
import type { FakeConversation } from './testing/fake-conversation.ts'
import { chromiumPath } from '../testing/chromium.ts'

const inBrowser = describe.skipIf(chromiumPath() === undefined)

let house: BrowserHouse

beforeAll(async () => {
  house = await startBrowserHouse()
})
afterEach(() => {
  Object.assign(house.gateway.faults, { loseAcks: 0, duplicate: false, skipFrames: 0, slowMs: 0, refuse: undefined })
})
afterAll(() => house.close())

async function visitor(): Promise<{ context: BrowserContext; page: Page; conversation: FakeConversation }> {
  const context = await house.context({ acceptDownloads: true })
  onTestFinished(() => context.close())
  const before = new Set(house.gateway.conversations.keys())
  const page = await openPanel(context, `${house.gateway.url}/`)
  const [, conversation] = [...house.gateway.conversations].find(([token]) => !before.has(token)) ?? []
  if (conversation === undefined) throw new Error('the gateway has no new conversation')
  return { context, page, conversation }
}

function receivedTexts(conversation: FakeConversation): readonly string[] {
  return conversation.messages.filter(({ author }) => author.kind === 'customer').map(({ text }) => text)
}

inBrowser('a visitor chats', () => {
  it('is greeted, told that it is an assistant, and offered three questions; the first one brings homes', async () => {
    const { page } = await visitor()
    await page.getByText('Hello! Looking for a home?').waitFor()
    const questions = page.getByRole('group', { name: 'Questions to start with' }).getByRole('button')
    expect(await questions.count()).toBe(3)
    await questions.first().click()
    const home = page.getByRole('article', { name: /Cedar Court/ })
    await home.getByText('₹1.15 crore').waitFor()
    expect(await home.getByText('₹1.15 crore').getAttribute('title')).toBe('₹1,14,90,000')
    await home.getByText('1,585 sq ft').waitFor()
    await home.getByText('Whitefield, Bengaluru').waitFor()
    await page.locator('.is-own .tick.is-read').waitFor()
  })

  it('asks about one home, chooses a time, and takes the visit home as a calendar file', async () => {
    const { page, conversation } = await visitor()
    await say(page, '3 bhk please')
    await page.getByRole('button', { name: 'Ask: Cedar Court, 3 BHK apartment' }).click()
    expect(await page.getByLabel('Your message').inputValue()).toBe('About the first one: ')
    await page.getByRole('button', { name: 'See it: Lakeview Terraces, 3 BHK' }).dblclick()
    const picker = page.getByRole('region', { name: 'Choose a time for your visit' })
    expect(await picker.getByRole('button', { name: 'Choose a time' }).isDisabled()).toBe(true)
    await picker.getByRole('radio').nth(1).check()
    await picker.getByRole('radiogroup', { name: 'Time' }).getByRole('radio').first().check()
    await picker.getByRole('button', { name: /^Ask for .*10:30/ }).dblclick()
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Add to calendar' }).click()
    expect((await download).suggestedFilename()).toBe('visit.ics')
    expect(receivedTexts(conversation).filter((text) => text === 'Can I visit the second one?')).toHaveLength(1)
    expect(receivedTexts(conversation).filter((text) => text.startsWith('Book'))).toHaveLength(1)
  })

  it('asks for a person, sees the place in the queue move, nobody on shift, and then a name', async () => {
    const { page, conversation } = await visitor()
    await page.getByRole('button', { name: 'Talk to a person', exact: true }).click()
    await page.getByText('Handed to our team').waitFor()
    await page.getByText('You are number 3 in the queue').waitFor()
    conversation.own({ kind: 'queue', position: 1, waiting: 2 })
    await page.getByText('You are next').waitFor()
    conversation.own({ kind: 'queue', nobodyOnShift: true, opensAtMs: Date.now() + 3_600_000 })
    await page.getByText(/Nobody is on shift right now.*We are back/).waitFor()
    conversation.join('Priya Nair')
    await page.locator('.role').getByText('Priya Nair').waitFor()
    await page.getByText('Priya Nair joined the conversation').waitFor()
    conversation.typing(true, 'Priya Nair')
    await page.getByText('Priya Nair is typing').waitFor({ state: 'attached' })
  })

  it('texts are never HTML, and only web addresses become links', async () => {
    const { page, conversation } = await visitor()
    conversation.say('<img src=x onerror="document.title=1"> javascript:alert(1) see https://example.org/a.')
    const link = page.locator('.bubble a')
    await link.waitFor()
    expect(await link.count()).toBe(1)
    expect(await link.getAttribute('href')).toBe('https://example.org/a')
    expect(await link.getAttribute('rel')).toContain('noopener')
    expect(await page.locator('.bubble img').count()).toBe(0)
  })
})

/** Where an element's top lies below the log's, in pixels; negative when it is scrolled away. */
function belowLogTop(page: Page, words: string): Promise<number> {
  return page
    .getByText(words)
    .last()
    .evaluate((element) => {
      const log = element.closest('[role=log]')
      return element.getBoundingClientRect().top - (log?.getBoundingClientRect().top ?? 0)
    })
}

function leftBelow(page: Page): Promise<number> {
  return page.getByRole('log').evaluate((log) => log.scrollHeight - log.scrollTop - log.clientHeight)
}

inBrowser('what is newest is in sight', () => {
  it('an answer taller than the log begins at its top, and stays where the reader goes on to', async () => {
    const { context, page, conversation } = await visitor()
    await page.setViewportSize({ width: 390, height: 600 })
    await say(page, '3 bhk please')
    await page.getByRole('article', { name: /Cedar Court/ }).waitFor()
    await expect.poll(() => belowLogTop(page, 'I found three homes')).toBeGreaterThan(0)
    expect(await belowLogTop(page, 'I found three homes')).toBeLessThan(60)
    expect(await leftBelow(page)).toBeGreaterThan(48)
    await page.getByRole('log').evaluate((log) => log.scrollTo(0, log.scrollHeight))
    // The page hears of it with the next frame.
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
    conversation.typing(true, 'Priya Nair')
    await page.getByText('Priya Nair is typing').waitFor({ state: 'attached' })
    await expect.poll(() => leftBelow(page)).toBeLessThan(2)
    await context.close()
  })

  it('an answer that fits shows its end, and somebody who reads further up is left there', async () => {
    const { page, conversation } = await visitor()
    for (let round = 1; round <= 12; round += 1) conversation.say(`something of line ${round}`)
    await page.getByText('something of line 12').waitFor()
    await expect.poll(() => leftBelow(page)).toBeLessThan(2)
    await page.getByRole('log').evaluate((log) => log.scrollTo(0, 0))
    await page.getByRole('button', { name: 'New messages' }).waitFor()
    conversation.say('said while reading')
    await page.getByText('said while reading').waitFor({ state: 'attached' })
    expect(await page.getByRole('log').evaluate((log) => log.scrollTop)).toBe(0)
    await page.getByRole('button', { name: 'New messages' }).click()
    await expect.poll(() => leftBelow(page)).toBeLessThan(2)
  })

  it('of a long conversation the last 200 messages are drawn, and earlier ones when asked for', async () => {
    const { page, conversation } = await visitor()
    for (let n = 1; n <= 450; n += 1) conversation.say(`line ${n} of many`)
    await page.getByText('line 450 of many').waitFor({ timeout: 20_000 })
    expect(await page.locator('.bubble').count()).toBe(200)
    await page.getByRole('log').evaluate((log) => log.scrollTo(0, 0))
    const before = await belowLogTop(page, 'line 251 of many')
    await page.getByRole('button', { name: 'Show earlier messages' }).click()
    await page.getByText('line 51 of many').waitFor({ state: 'attached' })
    expect(Math.abs((await belowLogTop(page, 'line 251 of many')) - before)).toBeLessThan(60)
    await page.getByRole('button', { name: 'Show earlier messages' }).click()
    await page.getByText('line 1 of many').waitFor({ state: 'attached' })
    expect(await page.getByRole('button', { name: 'Show earlier messages' }).count()).toBe(0)
  })

  it('a rent says that it is a month’s', async () => {
    const { page } = await visitor()
    await say(page, 'something to rent')
    const home = page.getByRole('article', { name: /Palm Grove/ })
    await home.getByText('₹55,000 a month', { exact: true }).waitFor()
  })
})

inBrowser('another page', () => {
  it('opens the panel again when it was open, and not when it was closed', async () => {
    const { page } = await visitor()
    await page.reload()
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    await page.reload()
    await page.getByRole('button', { name: /^Chat with us/ }).waitFor()
    expect(await page.getByRole('dialog').count()).toBe(0)
  })

  it('that shows another home, or none, tells so; an attribute nobody reads is refused aloud', async () => {
    const { page } = await visitor()
    const errors = page.evaluate(
      () =>
        new Promise((resolve) => {
          window.FineAcers?.('on', 'error', resolve)
          window.FineAcers?.('setAttributes', { pageListing: 'h1' })
          window.FineAcers?.('setAttributes', { pageListing: undefined })
          window.FineAcers?.('setAttributes', { budget: 5 })
        }),
    )
    expect(await errors).toEqual({ message: 'FineAcers: setAttributes takes { pageListing }; it knows no budget' })
    await page.getByText('An AI assistant answers').waitFor()
  })
})

inBrowser('nothing is lost and nothing comes twice', () => {
  it('a double click on Send sends once', async () => {
    const { page, conversation } = await visitor()
    await page.getByLabel('Your message').fill('only once')
    await page.getByRole('button', { name: 'Send', exact: true }).dblclick()
    await page.getByText('You wrote: only once').waitFor()
    expect(receivedTexts(conversation)).toEqual(['only once'])
  })

  it('a reload in the middle of sending neither loses nor doubles', async () => {
    const { page, conversation } = await visitor()
    house.gateway.faults.slowMs = 700
    await say(page, 'before the reload')
    await page.reload()
    house.gateway.faults.slowMs = 0
    await page.getByText('You wrote: before the reload').waitFor()
    expect(await ownTexts(page)).toEqual(['before the reload'])
    expect(receivedTexts(conversation)).toEqual(['before the reload'])
    expect(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes('outbox')))).toEqual([])
  })

  it('what was being written is still there after a reload', async () => {
    const { page } = await visitor()
    await page.getByLabel('Your message').fill('half a thought')
    await page.reload()
    await expect.poll(() => page.getByLabel('Your message').inputValue()).toBe('half a thought')
    await page.getByLabel('Your message').press('Enter')
    await page.getByText('You wrote: half a thought').waitFor()
    expect(await page.evaluate(() => Object.keys(sessionStorage).filter((key) => key.endsWith(':draft')))).toEqual([])
  })

  it('a lost acknowledgement does not hold up the next message', async () => {
    const { page, conversation } = await visitor()
    house.gateway.faults.loseAcks = 1
    await say(page, 'first')
    await say(page, 'second')
    await page.getByText('You wrote: second').waitFor({ timeout: 4000 })
    expect(receivedTexts(conversation)).toEqual(['first', 'second'])
    expect(await ownTexts(page)).toEqual(['first', 'second'])
  })

  it('without a network it says so, keeps what is written, and sends it once when the network is back', async () => {
    const { context, page, conversation } = await visitor()
    await context.setOffline(true)
    await page.getByText('You are offline').waitFor()
    await say(page, 'from the tunnel')
    await say(page, 'and another')
    await page.getByText('Will be sent when you are back online').first().waitFor()
    expect(receivedTexts(conversation)).toEqual([])
    await context.setOffline(false)
    await page.getByText('You wrote: and another').waitFor()
    await page.getByText('You are offline').waitFor({ state: 'detached' })
    expect(receivedTexts(conversation)).toEqual(['from the tunnel', 'and another'])
    expect(await ownTexts(page)).toEqual(['from the tunnel', 'and another'])
  })

  it('connections that keep breaking while it chats leave the log equal to the server’s', async () => {
    const { page, conversation } = await visitor()
    for (let round = 1; round <= 6; round += 1) {
      await say(page, `round ${round}`)
      house.gateway.drop()
      conversation.say(`while away ${round}`)
    }
    await page.getByText('You wrote: round 6').waitFor({ timeout: 30_000 })
    expect(receivedTexts(conversation)).toHaveLength(6)
    const server = conversation.messages.map(({ text }) => text)
    await expect.poll(() => page.locator('.bubble').allTextContents()).toEqual(server)
  })

  it('a number that is skipped is asked for, and doubled frames are shown once', async () => {
    const { page, conversation } = await visitor()
    house.gateway.faults.skipFrames = 1
    conversation.say('the lost one')
    conversation.say('the next one')
    await page.getByText('the lost one').waitFor()
    house.gateway.faults.duplicate = true
    conversation.say('the doubled one')
    await page.getByText('the doubled one').waitFor()
    expect(await page.locator('.bubble').allTextContents()).toEqual(['the lost one', 'the next one', 'the doubled one'])
  })

  it('what the server refuses for good is shown as not sent, with its reason and a way to try again', async () => {
    const { page } = await visitor()
    house.gateway.faults.refuse = { times: 1, problem: { code: 'forbidden', message: 'Not here.', retry: 'never' } }
    await say(page, 'please take this')
    await page.getByText('Not sent · Not here.').waitFor()
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByText('You wrote: please take this').waitFor()
    expect(await ownTexts(page)).toEqual(['please take this'])
  })

  it('100 KB are refused kindly, stay in the field, and can be shortened', async () => {
    const { page, conversation } = await visitor()
    const field = page.getByLabel('Your message')
    await field.evaluate((element: HTMLTextAreaElement) => {
      element.focus()
      document.execCommand('insertText', false, 'a'.repeat(102_400))
    })
    await page.getByText('This is 1,02,400 characters; a message can hold 4,000.').waitFor()
    await field.press('Enter')
    expect((await field.inputValue()).length).toBe(102_400)
    expect(receivedTexts(conversation)).toEqual([])
    await field.fill('b'.repeat(3990))
    await page.getByText('3,990 of 4,000 characters').waitFor()
    await field.press('Enter')
    await expect.poll(() => receivedTexts(conversation)).toHaveLength(1)
  })
})

inBrowser('two tabs', () => {
  it('show the same conversation, whichever of them writes', async () => {
    const { context, page, conversation } = await visitor()
    const other = await openPanel(context, `${house.gateway.url}/`)
    await say(page, 'from the first tab')
    await other.getByText('You wrote: from the first tab').waitFor()
    await say(other, 'from the second tab')
    await page.getByText('You wrote: from the second tab').waitFor()
    expect(await ownTexts(page)).toEqual(await ownTexts(other))
    expect(receivedTexts(conversation)).toEqual(['from the first tab', 'from the second tab'])
  })

  it('opened at once become one visitor', async () => {
    const context = await house.context()
    onTestFinished(() => context.close())
    const [first, second] = await Promise.all([
      openPanel(context, `${house.gateway.url}/`),
      openPanel(context, `${house.gateway.url}/`),
    ])
    await say(first, 'who am I')
    await second.getByText('You wrote: who am I').waitFor()
  })

  it('a closed panel counts what is unread, and reading in one tab clears the other', async () => {
    const { context, page, conversation } = await visitor()
    await say(page, 'hello')
    await page.getByText('You wrote: hello').waitFor()
    await page.keyboard.press('Escape')
    const other = await context.newPage()
    await other.goto(`${house.gateway.url}/`)
    conversation.say('one')
    conversation.say('two')
    await other.getByRole('button', { name: 'Chat with us, 2 unread' }).click()
    await other.getByText('two', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Chat with us', exact: true }).waitFor()
  })
})
