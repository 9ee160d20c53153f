import { readFile } from 'node:fs/promises'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { chromiumPath } from '#console/testing/chromium.ts'
import {
  brokenConversation,
  comeIn,
  goTo,
  invite,
  say,
  startJourneyHouse,
  visit,
  type JourneyHouse,
} from './testing/journey-house.ts'

/** As long as somebody would look at the screen. */
const patience = { timeout: 15_000 }

describe.skipIf(chromiumPath() === undefined)('the whole product, as each kind of user meets it', () => {
  let house: JourneyHouse
  let admin: Page
  let priya: Page
  let rahul: Page

  beforeAll(async () => {
    house = await startJourneyHouse()
    admin = await comeIn(house, house.server.code ?? '', 'Asha Rao')
    await keepReply(admin, { shortcut: 'hours', text: 'We are open from nine to seven, {{name}}.' })
    const [forPriya, forRahul] = [await invite(admin, 'Priya Nair'), await invite(admin, 'Rahul Mehta')]
    ;[priya, rahul] = await Promise.all([comeIn(house, forPriya, 'Priya Nair'), comeIn(house, forRahul, 'Rahul Mehta')])
  })
  afterAll(() => house.stop())

  async function customer(name?: string): Promise<{ context: BrowserContext; page: Page }> {
    const context = await house.context()
    onTestFinished(() => context.close())
    const page = await visit(house, context)
    if (name !== undefined) await page.evaluate((known) => window.FineAcers?.('setUser', { name: known }), name)
    return { context, page }
  }

  it('a customer sees homes, an EMI with what it assumes, and books a visit', async () => {
    const { page } = await customer()
    await say(page, '3 bhk in whitefield under 1.2 crore')
    const homes = page.getByRole('article', { name: /^Home: / })
    await homes.first().waitFor()
    expect(await homes.first().textContent()).toMatch(/₹[\d.]+ (lakh|crore).*Whitefield, Bengaluru.*[\d,]+ sq ft/s)
    await say(page, "what's the emi on the first one with 20% down")
    const emi = page.getByRole('region', { name: /^Calculation: / })
    await emi.getByText('Assumptions').waitFor()
    expect(await emi.textContent()).toMatch(/₹[\d,]+/)
    expect(await emi.getByRole('listitem').count()).toBeGreaterThan(0)
    await say(page, 'can i see it saturday at 11')
    const booked = page.getByRole('region', { name: /^Visit: / })
    const offered = page.getByRole('region', { name: 'Choose a time for your visit' })
    await booked.or(offered).first().waitFor()
    if (await offered.isVisible()) {
      await offered.getByRole('radiogroup', { name: 'Time' }).getByRole('radio').first().check()
      await offered.getByRole('button', { name: /^Ask for/ }).click()
    }
    await booked.getByRole('button', { name: 'Add to calendar' }).waitFor()
    await say(page, '2 bhk chahiye 80 lakh ke andar')
    await expect.poll(() => homes.count(), patience).toBeGreaterThan(3)
  })

  it('a person is asked for; of two who take the customer at once one wins, and the assistant comes back once', async () => {
    const { page } = await customer('Neha Kulkarni')
    await say(page, '2 bhk in hsr layout')
    await page
      .getByRole('article', { name: /^Home: / })
      .first()
      .waitFor()
    await say(page, 'I want to talk to a person')
    await page.getByText(/You are next|You are number \d+ in the queue/).waitFor()
    // A console that is opened after the hand-off rings, too.
    await rahul.reload()
    for (const agent of [priya, rahul]) {
      const alert = agent.getByRole('alert').filter({ hasText: 'Neha Kulkarni waits for a person' })
      await alert.getByRole('button', { name: 'Look' }).click()
      await agent.getByRole('region', { name: 'Neha Kulkarni' }).waitFor()
      await agent.getByRole('button', { name: /^Take this customer/ }).waitFor()
    }
    await Promise.all([priya.keyboard.press('t'), rahul.keyboard.press('t')])
    await page.getByText(/(Priya Nair|Rahul Mehta) joined the conversation/).waitFor()
    const priyaWon = (await page.getByText('Priya Nair joined').count()) === 1
    const [winner, loser, name] = priyaWon ? [priya, rahul, 'Priya Nair'] : [rahul, priya, 'Rahul Mehta']
    await loser.getByText(`${name} was first and answers this customer now.`).waitFor()
    await loser.getByText(`${name} answers this customer`, { exact: true }).waitFor()
    expect(await page.locator('.role').textContent()).toContain(name)
    await talk({ page, agent: winner, name })
    await workOn({ page, agent: winner })
    await handBack({ page, agent: winner })
    await closeAndReopen(winner)
  })

  it('a reload while sending, and a time without network, lose nothing and double nothing', async () => {
    const { context, page } = await customer()
    await say(page, 'hello')
    await page.locator('.group.is-assistant .bubble').first().waitFor()
    await page.getByLabel('Your message').fill('written just before the reload')
    await Promise.all([page.getByLabel('Your message').press('Enter'), page.reload()])
    await page.getByText('written just before the reload').waitFor()
    await context.setOffline(true)
    await page.getByText('You are offline').waitFor()
    await say(page, 'written in the tunnel')
    await page.getByText('Will be sent when you are back online').first().waitFor()
    await context.setOffline(false)
    await page.getByText('You are offline').waitFor({ state: 'detached' })
    await page
      .locator('.group.is-own')
      .last()
      .getByTitle(/^(Sent|Read)$/)
      .waitFor()
    await page.reload()
    await page.getByText('written in the tunnel').waitFor()
    const own = await page.locator('.is-own .bubble').allTextContents()
    expect(own).toEqual(['hello', 'written just before the reload', 'written in the tunnel'])
  })

  it('the manager’s funnel counts a lead as it comes, and its number opens the list behind it', async () => {
    await goTo(admin, 'Funnel')
    await admin.getByRole('heading', { name: 'Leads by stage' }).waitFor()
    const figure = admin.getByRole('link', { name: /^\d+$/ })
    const open = () => admin.getByText(/^\d+ open$/).textContent()
    const before = Number.parseInt((await open()) ?? '', 10)
    const { page } = await customer('Vikram Shetty')
    await say(page, '3 bhk in whitefield under 1.2 crore')
    await page
      .getByRole('article', { name: /^Home: / })
      .first()
      .waitFor()
    await expect.poll(async () => Number.parseInt((await open()) ?? '', 10), patience).toBeGreaterThan(before)
    expect(await figure.count()).toBeGreaterThan(0)
    await admin.getByRole('link', { name: 'Qualified', exact: true }).click()
    await admin.getByRole('heading', { name: 'Leads', level: 1 }).waitFor()
    expect(admin.url()).toContain('stage=qualified')
    await admin.getByText('Vikram Shetty').first().waitFor()
  })

  it('an actor’s page shows its chart, and its state and context at each step back', async () => {
    const { page } = await customer('Fatima Sheikh')
    await say(page, 'hello')
    await page.locator('.group.is-assistant .bubble').first().waitFor()
    await goTo(admin, 'Inbox')
    await admin
      .getByRole('link', { name: /Fatima Sheikh/ })
      .first()
      .click()
    await admin.getByRole('link', { name: 'This conversation’s actor' }).click()
    await admin.getByRole('group', { name: /State chart: open › assistant/ }).waitFor()
    const slider = admin.getByRole('slider')
    await slider.focus()
    const seen = new Set<string>()
    await admin.keyboard.press('Home')
    await admin.getByText(/^Step 1 of/).waitFor()
    for (const step of [1, 2, 3, 4]) {
      await admin.getByText(new RegExp(`^Step ${step} of`)).waitFor()
      seen.add((await admin.getByRole('group', { name: /State chart/ }).getAttribute('aria-label')) ?? '')
      await admin.keyboard.press('ArrowRight')
    }
    expect(seen.size).toBeGreaterThan(1)
    await admin.getByText('What this step changed').waitFor()
    await admin.getByRole('button', { name: 'Go to now' }).click()
    await admin.getByRole('status').getByText('Live').waitFor()
  })

  it('a dead letter is seen, mended and replayed, and its customer is answered', async () => {
    await goTo(admin, 'Failed')
    const letter = admin.getByRole('listitem').filter({ hasText: brokenConversation })
    await letter.getByText(/Cannot read properties of undefined/).waitFor()
    const event = letter.getByLabel('Event, as JSON')
    const mended = { ...JSON.parse(await event.inputValue()), text: 'what is rera?' }
    await event.fill(JSON.stringify(mended))
    await letter.getByRole('button', { name: 'Replay' }).click()
    await letter.getByText('Replayed by Asha Rao').waitFor()
    await goTo(admin, 'Inbox')
    await admin.goto(`${house.server.url}/console/#/inbox/all/${encodeURIComponent(brokenConversation)}`)
    const log = admin.getByRole('log')
    await log.getByText('what is rera?').waitFor()
    await log.getByText(/sure$/).first().waitFor()
  })

  it('a messy file of listings is mapped and imported, its rejects mended, and a second run changes nothing', async () => {
    const good = 'Skylark Heights,Whitefield,Bengaluru,3 BHK,1.1 Cr,1450 sqft'
    const rows = ['Project,Area Name,Town,Config,Cost,Size', good, 'Palm Row,Hebbal,Bengaluru,2 BHK,65 Lac,1100 - 1350']
    const broken = 'No Price House,Indiranagar,Bengaluru,2 BHK,ask the owner nicely,900 sqft'
    await goTo(admin, 'Import')
    const rejects = await importFile(admin, 'messy.csv', [...rows, broken].join('\n'))
    expect(await figureOf(admin, 'New')).toBe('2')
    expect(await figureOf(admin, 'Rejected')).toBe('1')
    expect(rejects).toContain('No Price House')
    await admin.getByRole('button', { name: 'Import another file' }).click()
    await importFile(admin, 'mended.csv', (rejects ?? '').replace('ask the owner nicely', '95 Lac'))
    expect(await figureOf(admin, 'New')).toBe('1')
    expect(await figureOf(admin, 'Rejected')).toBe('0')
    await admin.getByRole('button', { name: 'Import another file' }).click()
    await importFile(admin, 'messy.csv', rows.join('\n'))
    expect(await figureOf(admin, 'Already there')).toBe('2')
    expect(await figureOf(admin, 'New')).toBe('0')
  })
})

interface Talk {
  readonly page: Page
  readonly agent: Page
  readonly name: string
}

/** What is typed right after T goes to the customer; typing shows both ways. */
async function talk({ page, agent, name }: Talk): Promise<void> {
  await agent.getByRole('textbox', { name: 'Reply to Neha Kulkarni' }).waitFor()
  await agent.keyboard.type('Hello Neha, how can I help?')
  await page.getByText(`${name} is typing`).waitFor({ state: 'attached' })
  await agent.keyboard.press('Enter')
  await page.locator('.bubble').getByText('Hello Neha, how can I help?').waitFor()
  await page.getByLabel('Your message').pressSequentially('Is the price')
  await agent.getByText('Neha Kulkarni is typing…').waitFor()
  await page.getByLabel('Your message').fill('Is the price open to talk?')
  await page.keyboard.press('Enter')
  await agent.getByRole('log').getByText('Is the price open to talk?').waitFor()
}

/** The admin writes a canned reply for everybody. */
async function keepReply(admin: Page, reply: { readonly shortcut: string; readonly text: string }): Promise<void> {
  await goTo(admin, 'My settings')
  await admin.getByRole('button', { name: 'Manage canned replies' }).click()
  await admin.getByRole('button', { name: 'Add a reply' }).click()
  const dialog = admin.getByRole('dialog')
  await dialog.getByLabel('Shortcut').fill(reply.shortcut)
  await dialog.getByLabel('Text').fill(reply.text)
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.getByText(`/${reply.shortcut}`).first().waitFor()
  await admin.keyboard.press('Escape')
}

/** A canned reply for the customer, and a note for the team, which the customer never sees. */
async function workOn({ page, agent }: Omit<Talk, 'name'>): Promise<void> {
  await agent.getByRole('textbox', { name: 'Reply to Neha Kulkarni' }).focus()
  await agent.keyboard.type('/hou')
  await agent.getByRole('option', { name: /hours/ }).waitFor()
  await agent.keyboard.press('Enter')
  await agent.keyboard.press('Enter')
  await page.locator('.bubble').getByText('We are open from nine to seven, Neha Kulkarni.').waitFor()
  await agent.keyboard.press('Escape')
  await agent.keyboard.press('n')
  await agent.getByLabel('Note for the team').fill('wants a discount')
  await agent.keyboard.press('Enter')
  await agent.getByRole('log').getByText('wants a discount').waitFor()
  expect(await page.getByText('wants a discount').count()).toBe(0)
}

/** From the hand-back on the assistant answers, each message exactly once. */
async function handBack({ page, agent }: Omit<Talk, 'name'>): Promise<void> {
  await agent
    .getByRole('button', { name: /^Hand back to assistant/ })
    .first()
    .click()
  await agent.getByRole('dialog').getByLabel('Note for the assistant').fill('agreed to look at more homes')
  await agent.getByRole('dialog').getByRole('button', { name: 'Hand back to assistant' }).click()
  await page.getByText('The assistant is answering again').waitFor()
  const answers = page.locator('.group.is-assistant .message')
  const before = await answers.count()
  await say(page, 'what is rera?')
  await expect.poll(() => answers.count(), patience).toBe(before + 1)
  await page.locator('.group.is-own').last().getByTitle('Read').waitFor()
  await say(page, 'thank you')
  await expect.poll(() => answers.count(), patience).toBe(before + 2)
}

async function closeAndReopen(agent: Page): Promise<void> {
  await agent
    .getByRole('button', { name: /^Close/ })
    .first()
    .click()
  await agent.getByRole('dialog').getByRole('button', { name: 'Answered' }).click()
  await agent.getByText('This conversation is closed').waitFor()
  await agent
    .getByRole('button', { name: /^Reopen/ })
    .first()
    .click()
  await agent.getByText('This conversation is closed').waitFor({ state: 'detached' })
}

/** Uploads a file of listings, accepts the mapping, waits for the end; answers the rejected rows when there are any. */
async function importFile(page: Page, name: string, text: string): Promise<string | undefined> {
  await page.getByLabel('Listings').check()
  await page.locator('input[type=file]').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) })
  await page.getByRole('heading', { name: 'How the columns are understood' }).waitFor()
  await page.getByRole('button', { name: /^Import \d+ rows?$/ }).click()
  await page.getByText(`Imported ${name}`).waitFor()
  const rejects = page.getByRole('button', { name: 'Download rejected rows' })
  if ((await rejects.count()) === 0) return undefined
  const download = page.waitForEvent('download')
  await rejects.click()
  return readFile(await (await download).path(), 'utf8')
}

async function figureOf(page: Page, label: string): Promise<string | null> {
  return page.locator('dl > div').filter({ hasText: label }).locator('dd').textContent()
}
