import { gzipSync } from 'node:zlib'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { buildConsole } from './build.ts'
import { axeProblems } from './testing/axe.ts'
import { signIn } from './testing/browser.ts'
import { startFakeGateway, type FakeGateway } from './testing/fake-gateway.ts'
import { chromiumPath, openChromium } from './testing/chromium.ts'

const inBrowser = describe.skipIf(chromiumPath() === undefined)

let browser: Browser
let gateway: FakeGateway
let context: BrowserContext
let page: Page

beforeAll(async () => {
  await buildConsole({ onProgress: () => undefined })
  browser = await openChromium()
})
afterAll(() => browser.close())
beforeEach(async () => {
  gateway = await startFakeGateway()
  context = await browser.newContext({ viewport: { width: 1360, height: 860 }, reducedMotion: 'reduce' })
  page = await context.newPage()
  page.setDefaultTimeout(10_000)
})
afterEach(async () => {
  await context.close()
  await gateway.stop()
})

const conversationOf = (name: string) => gateway.world.named(name).row.conversation
const open = async (name: string, on = page) => {
  await on.goto(`${gateway.url}/console/#/inbox/all/${encodeURIComponent(conversationOf(name))}`)
  await on.getByRole('heading', { name, level: 2 }).first().waitFor()
}
const composer = (on = page) => on.locator('#composer')

inBrowser('signing in', () => {
  it('says what is wrong, then takes the password, and comes back by the cookie after a reload', async () => {
    await page.goto(`${gateway.url}/console/`)
    await page.getByLabel('Email').fill('asha@example.com')
    await page.getByLabel('Password').fill('wrong')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').getByText('do not go together').waitFor()
    await page.getByLabel('Password').fill('correct horse')
    await page.keyboard.press('Enter')
    await page.getByRole('navigation').waitFor()
    await page.reload()
    await page.getByRole('navigation').waitFor()
  })

  it('takes a one-time code and asks for a password and a name', async () => {
    await page.goto(`${gateway.url}/console/`)
    await page.getByRole('button', { name: 'Use a one-time code' }).click()
    await page.getByLabel('One-time code').fill('FIRST-CODE')
    await page.keyboard.press('Enter')
    await page.getByLabel('Your name').fill('Asha R')
    await page.getByLabel('New password').fill('short')
    await page.keyboard.press('Enter')
    await page.getByText('At least 10 characters.').waitFor()
    await page.getByLabel('New password').fill('long enough now')
    await page.keyboard.press('Enter')
    await page.getByRole('navigation').waitFor()
  })
})

inBrowser('a conversation', () => {
  beforeEach(() => signIn(page, gateway.url))

  it('is taken over with T: the draft goes, the composer opens, the message is delivered once', async () => {
    await open('Arjun Pillai')
    const id = conversationOf('Arjun Pillai')
    const { ownerEpoch } = gateway.world.of(id).row
    gateway.world.turn(id, { turn: 9, status: 'answering', text: 'The second home is', confidence: 0.9 })
    await page.getByText('The second home is').waitFor()
    await page.keyboard.press('t')
    await composer().waitFor()
    expect(await page.getByText('The second home is').count()).toBe(0)
    expect(gateway.world.answer(id, 1, ownerEpoch)).toBe(false)
    await composer().fill('I am Asha, a person.')
    await page.keyboard.press('Enter')
    await page.getByRole('log').getByText('I am Asha, a person.').waitFor()
    expect(await composer().inputValue()).toBe('')
    await page.getByText(/^Complete to/).waitFor()
    const mine = gateway.world.of(id).messages.filter((message) => message.text === 'I am Asha, a person.')
    expect(mine).toHaveLength(1)
  })

  it('goes to one of two who press at once, and the other is told who won', async () => {
    const other = await (await browser.newContext()).newPage()
    await signIn(other, gateway.url, 'priya@example.com')
    await Promise.all([open('Neha Gupta'), open('Neha Gupta', other)])
    gateway.world.takeOver(conversationOf('Neha Gupta'), 'rahul')
    await other.getByText('Rahul Menon answers this customer').waitFor()
    gateway.world.own(
      gateway.world.named('Neha Gupta'),
      { kind: 'queue', team: 'sales', sinceMs: Date.now() },
      { notice: 'handed-off' },
    )
    await other.getByRole('button', { name: 'Take this customer' }).waitFor()
    // Priya's page has not heard yet when Asha wins: the server refuses her press, not her own screen.
    gateway.deaf.add('priya')
    await page.getByRole('button', { name: 'Take this customer' }).click()
    await composer().waitFor()
    await other.getByRole('button', { name: 'Take this customer' }).click()
    await other.getByText('Asha Rao was first').waitFor()
    await other.getByText('Asha Rao answers this customer').last().waitFor()
    await other.context().close()
  })

  it('asks for what it missed when a frame was lost, and says it is complete only then', async () => {
    await open('Fatima Khan')
    const id = conversationOf('Fatima Khan')
    gateway.world.customerSays(id, 'this one was lost', true)
    gateway.world.customerSays(id, 'this one came')
    await page.getByRole('log').getByText('this one was lost').waitFor()
    await page.getByText(`Complete to ${gateway.world.of(id).row.lastN}`, { exact: true }).waitFor()
  })

  it('keeps what is written without a line, and sends it once when it is back', async () => {
    await open('Vikram Shetty')
    const id = conversationOf('Vikram Shetty')
    gateway.cut(true)
    await page.getByText('No connection.').first().waitFor()
    await composer().fill('written while away')
    await page.keyboard.press('Enter')
    await page.getByText('Waits for the connection').waitFor()
    gateway.world.customerSays(id, 'said meanwhile')
    gateway.cut(false)
    await page.getByRole('log').getByText('said meanwhile').waitFor()
    await page.getByText('Waits for the connection').waitFor({ state: 'detached' })
    expect(gateway.world.of(id).messages.filter((message) => message.text === 'written while away')).toHaveLength(1)
  })

  it('shows nobody as looking while that is not known, says so, and that conversations go on', async () => {
    await open('Vikram Shetty')
    const id = conversationOf('Vikram Shetty')
    gateway.world.presence(id, 'rahul', { viewing: true, typing: false })
    const seen = page.getByRole('img', { name: 'Rahul Menon is looking' })
    await seen.waitFor()
    gateway.world.emit({ type: 'degraded', parts: ['presence'] })
    await page.getByRole('status').getByText('Who else is here cannot be seen').waitFor()
    await page.getByRole('img', { name: 'Who else is looking is not known' }).waitFor()
    expect(await seen.count()).toBe(0)
    expect(await axeProblems(page)).toEqual([])
    gateway.world.customerSays(id, 'said meanwhile')
    await page.getByRole('log').getByText('said meanwhile').waitFor()
    gateway.world.emit({ type: 'degraded', parts: [] })
    await page.getByText('Who else is here cannot be seen').waitFor({ state: 'detached' })
    await seen.waitFor()
  })

  it('sends a message once although its answer was lost', async () => {
    await open('Vikram Shetty')
    const id = conversationOf('Vikram Shetty')
    gateway.loseAnswers = true
    await composer().fill('answered by nobody')
    await page.keyboard.press('Enter')
    await page.getByText('Sending').waitFor({ state: 'detached' })
    gateway.loseAnswers = false
    gateway.cut(false)
    await page.getByText(/^Complete to/).waitFor()
    expect(gateway.world.of(id).messages.filter((message) => message.text === 'answered by nobody')).toHaveLength(1)
  })

  it('shows the sources of an answer, notes, canned replies, and closes with undo, all by keyboard', async () => {
    await open('Vikram Shetty')
    await page.getByRole('button', { name: '3 sources' }).first().click()
    await page
      .getByText(/Listing BLR-\d+, version \d+: priceMinor/)
      .first()
      .waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('log').focus()
    await page.keyboard.press('n')
    await page.keyboard.type('wants a garden')
    await page.keyboard.press('Enter')
    await page.getByRole('log').getByText('wants a garden').waitFor()
    await page.getByRole('log').focus()
    await page.keyboard.press('/')
    await page.keyboard.type('hel')
    await page.keyboard.press('Enter')
    expect(await composer().inputValue()).toContain('Hello Vikram Shetty, this is Asha Rao')
    await page.keyboard.press('Escape')
    await page.keyboard.press('e')
    await page.getByRole('dialog').getByRole('button', { name: 'Answered' }).click()
    await page.getByText('This conversation is closed').waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    await composer().waitFor()
  })

  it('rings at a hand-off, and says who took it', async () => {
    // Before its first rows the page hears nothing yet.
    await page.locator('[data-rows] a').first().waitFor()
    gateway.world.handOff(conversationOf('Arjun Pillai'), 'complaint', 'Upset about a missed visit.')
    await page.getByRole('alert').getByText('Arjun Pillai waits for a person').waitFor()
    expect(await page.title()).toMatch(/^\(\d+\)/)
    gateway.world.takeOver(conversationOf('Arjun Pillai'), 'priya')
    await page.getByText('Priya Nair took Arjun Pillai.').waitFor()
    expect(await page.getByText('Arjun Pillai waits for a person').count()).toBe(0)
  })
})

inBrowser('the list', () => {
  it('stays small with thousands of rows, moves by J and K, opens by Enter, and keeps the focus while rows move', async () => {
    await gateway.stop()
    gateway = await startFakeGateway({ extraRows: 3_000 })
    await signIn(page, gateway.url)
    await page.locator('[data-rows] a').first().waitFor()
    expect(await page.locator('[data-rows] a').count()).toBeLessThan(60)
    for (const key of ['j', 'j', 'j', 'k']) await page.keyboard.press(key)
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-conversation') ?? '')
    const place = () => page.evaluate(() => document.activeElement?.closest('li')?.getAttribute('aria-posinset'))
    await expect.poll(place).toBe('2')
    const before = await focused()
    gateway.world.handOff(conversationOf('Arjun Pillai'), 'legal', 'Asks about the title deed.')
    gateway.world.customerSays(before, 'moving')
    await page.getByText('Asks about the title deed').first().waitFor()
    expect(await focused()).toBe(before)
    await page.keyboard.press('Enter')
    await page.getByRole('log').waitFor()
  })

  it('finds by search and filter, and says what to do when nothing matches', async () => {
    await signIn(page, gateway.url)
    await page.keyboard.press('f')
    await page.keyboard.type('Fatima')
    await expect.poll(() => page.locator('[data-rows] a').count()).toBe(1)
    await page.keyboard.type(' nobody')
    await page.getByText('No conversation matches').waitFor()
    await page.getByRole('button', { name: 'Clear filters' }).click()
    await expect.poll(() => page.locator('[data-rows] a').count()).toBeGreaterThan(5)
  })
})

inBrowser('the other screens', () => {
  beforeEach(() => signIn(page, gateway.url))

  it('goes everywhere by keys, and every number of the funnel opens its list', async () => {
    await page.keyboard.press('g')
    await page.keyboard.press('f')
    await page.getByRole('heading', { name: 'Leads by stage' }).waitFor()
    await page.getByRole('link', { name: 'Qualified', exact: true }).click()
    await page.getByRole('heading', { name: 'Leads', level: 1 }).waitFor()
    expect(page.url()).toContain('stage=qualified')
    await page.keyboard.press('Control+k')
    await page.keyboard.type('Fatima')
    await page.keyboard.press('Enter')
    await page.getByRole('log').waitFor()
    await page.getByRole('log').focus()
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keys' }).waitFor()
  })

  it('repairs a lead that is not valid', async () => {
    await page.goto(`${gateway.url}/console/#/leads/lead-9`)
    await page.getByLabel('Phone').fill('+91 98450 11111')
    await page.getByRole('button', { name: 'Save and check again' }).click()
    await page.getByText('Repair this lead').waitFor({ state: 'detached' })
  })

  it('imports a file with a mapping that is changed', async () => {
    await page.goto(`${gateway.url}/console/#/import`)
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'leads.csv', mimeType: 'text/csv', buffer: Buffer.from('Customer\nA\n') })
    await page.getByLabel('Means: Remarks').selectOption('message')
    await page.getByText('by you').waitFor()
    await page.getByRole('button', { name: 'Import 240 rows' }).click()
    await page.getByText('Imported leads.csv').waitFor()
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Download rejected rows' }).click()
    expect((await download).suggestedFilename()).toBe('leads.rejected.csv')
  })

  it('steps back through an actor’s life by arrow keys, and lights its state', async () => {
    await page.goto(`${gateway.url}/console/#/actor/${encodeURIComponent('demo/conversation/c1')}`)
    const slider = page.getByRole('slider')
    await slider.focus()
    await page.keyboard.press('Home')
    await page.getByText(/^Step 1 of/).waitFor()
    await page.getByRole('group', { name: /State chart: open › assistant › routing/ }).waitFor()
    await page.keyboard.press('ArrowRight')
    await page.getByText(/^Step 2 of/).waitFor()
    await page.getByRole('button', { name: 'Go to now' }).click()
    await page.getByRole('status').getByText('Live').waitFor()
  })

  it('mends and replays a dead letter', async () => {
    await page.goto(`${gateway.url}/console/#/dead-letters`)
    const field = page.getByLabel('Event, as JSON').first()
    await field.fill('{ nonsense')
    await page.getByText('This is not JSON').waitFor()
    await field.fill('{ "type": "message.received", "complete": true }')
    await page.getByRole('button', { name: 'Replay' }).first().click()
    await page.getByText('Replayed by Asha Rao').waitFor()
  })

  it('mends a lead event that was refused, and leads to what became of it', async () => {
    await page.goto(`${gateway.url}/console/#/dead-letters`)
    await page.getByRole('link', { name: 'Lead events' }).click()
    const field = page.getByLabel('Event, as JSON').first()
    const came = await field.inputValue()
    await field.fill(came.replace('"three"', '3'))
    await page.getByRole('button', { name: 'Replay' }).first().click()
    await page.getByText('Still not right').waitFor()
    await page.getByRole('list', { name: 'What is wrong' }).first().getByText('needs a phone number').waitFor()
    expect(await field.inputValue()).toContain('"bedrooms": 3')
    await page.getByRole('button', { name: 'As it came' }).click()
    expect(await field.inputValue()).toBe(came)
    await field.fill(came.replace('"bedrooms": "three"', '"phone": "98450 12345"'))
    await page.getByRole('button', { name: 'Replay' }).first().click()
    await page.getByText('Replayed by Asha Rao').waitFor()
    await page.getByRole('button', { name: 'Discard' }).first().click()
    await page.getByRole('button', { name: 'Discard for good?' }).click()
    await page.getByText('Discarded by Asha Rao').waitFor()
    await page.getByRole('link', { name: 'See the lead' }).first().click()
    await page.waitForURL(/#\/leads\//)
  })

  it('invites a member and shows the code once', async () => {
    await page.goto(`${gateway.url}/console/#/members`)
    await page.getByRole('button', { name: 'Invite a member' }).click()
    await page.getByRole('dialog').getByLabel('Name').fill('Dev')
    await page.getByRole('dialog').getByLabel('Email').fill('dev@example.com')
    await page.getByRole('button', { name: 'Make an invitation' }).click()
    await page.getByText('INVITE-4821').waitFor()
  })
})

const everyScreen = [
  '#/inbox/all',
  '#/inbox/all/C1',
  '#/inbox/waiting/C2',
  '#/funnel',
  '#/leads',
  '#/leads/lead-9',
  '#/import',
  '#/actors',
  '#/actor/C1',
  '#/dead-letters',
  '#/dead-letters/lead-events',
  '#/members',
  '#/settings',
]

inBrowser.each([
  { scheme: 'light', width: 1360 },
  { scheme: 'dark', width: 1360 },
  { scheme: 'light', width: 390 },
] as const)('axe finds nothing, $scheme at $width pixels', ({ scheme, width }) => {
  it('on any screen', async () => {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
    await page.setViewportSize({ width, height: 820 })
    await page.goto(`${gateway.url}/console/`)
    await page.getByLabel('Email').waitFor()
    expect(await axeProblems(page)).toEqual([])
    await signIn(page, gateway.url)
    for (const screen of everyScreen) {
      const hash = screen.replace(/C(\d)/, (_, number: string) => encodeURIComponent(`demo/conversation/c${number}`))
      await page.goto(`${gateway.url}/console/${hash}`)
      await page.locator('main h1, main h2').first().waitFor({ state: 'attached' })
      await page.locator('[aria-label=Loading]').first().waitFor({ state: 'detached' })
      if (screen.startsWith('#/actor/')) await page.getByRole('group', { name: /State chart/ }).waitFor()
      expect([screen, await axeProblems(page)]).toEqual([screen, []])
      expect([screen, await page.evaluate(() => document.documentElement.scrollWidth)]).toEqual([screen, width])
    }
  })
})

describe('the first load', () => {
  it('is under 300 KB compressed, also when a test began the build', async () => {
    await page.goto(`${gateway.url}/console/`)
    await page.getByLabel('Email').waitFor()
    const urls = await page.evaluate(() => performance.getEntriesByType('resource').map((each) => each.name))
    const files = urls.filter((url) => url.includes('/console/assets/'))
    const bytes = await Promise.all(files.map(async (url) => gzipSync(await (await fetch(url)).bytes()).byteLength))
    expect(files.length).toBeGreaterThan(1)
    expect(bytes.reduce((sum, each) => sum + each, 0)).toBeLessThan(300_000)
  })
})
