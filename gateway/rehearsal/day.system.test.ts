import type { Page } from 'playwright-core'
import { io } from 'socket.io-client'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { chromiumPath } from '#console/testing/chromium.ts'
import { comeIn, goTo, invite, startRehearsedHouse, type JourneyHouse } from '#deploy/testing/journey-house.ts'
import { protocolVersion } from '../protocol.ts'

/** As long as somebody would look at the screen. */
const patience = { timeout: 15_000 }

/** A day of a company, as `npm run rehearse` lets a person rehearse it: customers on the page with the phone, a manager and a sales agent at the console. */
describe.skipIf(chromiumPath() === undefined)('a day, rehearsed in the browser', () => {
  let house: JourneyHouse
  let phone: Page
  let asha: Page
  let priya: Page
  let openBefore = 0

  beforeAll(async () => {
    const rehearsed = await startRehearsedHouse()
    house = rehearsed
    phone = await (await house.context()).newPage()
    await phone.goto(rehearsed.phone)
    asha = await comeIn(house, house.server.code ?? '', 'Asha Rao')
    priya = await comeIn(house, await invite(asha, 'Priya Nair'), 'Priya Nair')
    openBefore = await openConversations()
  })
  afterAll(() => house.stop())

  /** The number of open conversations that the funnel shows to the manager. */
  async function openConversations(): Promise<number> {
    await goTo(asha, 'Funnel')
    return Number.parseInt((await asha.getByText(/^\d+ open$/).textContent()) ?? '', 10)
  }

  const inHand = () => phone.getByRole('log', { name: 'Messages' })

  async function take(name: string): Promise<void> {
    await phone
      .getByRole('group', { name: 'Whose phone' })
      .getByRole('button', { name: new RegExp(name) })
      .click()
  }

  async function write(text: string): Promise<void> {
    await phone.getByLabel('Message', { exact: true }).fill(text)
    await phone.keyboard.press('Enter')
    await inHand().getByText(text, { exact: true }).last().waitFor()
  }

  async function look(page: Page, name: string): Promise<void> {
    await goTo(page, 'Inbox')
    await page
      .getByRole('link', { name: new RegExp(name) })
      .first()
      .click()
    await page.getByRole('region', { name }).waitFor()
  }

  /** Opens the last message's story that has this word, and answers it. */
  async function why(page: Page, word: string): Promise<string> {
    await page
      .getByRole('log')
      .getByRole('button', { name: `${word}. Why?` })
      .last()
      .click()
    const story = await page.getByRole('dialog', { name: 'Why' }).textContent()
    await page.keyboard.press('Escape')
    return story ?? ''
  }

  it('a lead comes by the form of an advertisement, with the box that was ticked', async () => {
    await phone.getByLabel('Full name').fill('Leela Menon')
    await phone.locator('#lead').getByLabel('Phone').fill('+91 98450 77777')
    await phone.getByLabel('Riverside Homes may write').check()
    await phone.getByRole('button', { name: 'Send the form' }).click()
    await goTo(asha, 'Leads')
    await asha.getByText('Leela Menon').first().waitFor()
  })

  it('another writes on WhatsApp, and the assistant answers with homes; why it might is told', async () => {
    await take('Ana Ruiz')
    await write('3 bhk in whitefield under 1.2 crore')
    await inHand().getByText('Whitefield', { exact: false }).nth(1).waitFor()
    await look(priya, 'Ana Ruiz')
    expect(await why(priya, 'Read')).toContain('let through: answer to a customer’s message')
  })

  it('she asks for a person, whom the console gives her; the assistant says no more', async () => {
    await write('I want to talk to a person')
    await inHand()
      .getByText(/A colleague of mine will answer you here/)
      .waitFor()
    await priya.getByRole('button', { name: /^Take this customer/ }).waitFor()
    await priya.keyboard.press('t')
    await priya.getByRole('textbox', { name: 'Reply to Ana Ruiz' }).waitFor()
    await priya.keyboard.type('Hello Ana, Priya here. Saturday at eleven?')
    await priya.keyboard.press('Enter')
    await inHand().getByText('Hello Ana, Priya here. Saturday at eleven?').waitFor()
    await write('Saturday is fine')
    await priya.getByRole('log').getByText('Saturday is fine').waitFor()
    await priya.getByText('Taken over by Priya Nair').waitFor()
    expect(await priya.getByRole('log').getByText('Assistant', { exact: true }).count()).toBe(1)
  })

  it('a reply typed on the paired phone takes a customer over as well', async () => {
    await take('Ravi Nair')
    await write('2 bhk in hsr layout')
    await inHand().getByText('HSR', { exact: false }).nth(1).waitFor()
    await phone.getByLabel('Reply on the business’s own phone').fill('Ravi, this is Marta. Call me any time.')
    await phone.locator('#paired').getByRole('button', { name: 'Reply' }).click()
    await inHand().getByText('Ravi, this is Marta. Call me any time.').waitFor()
    await look(priya, 'Ravi Nair')
    await write('Thank you Marta')
    await priya.getByRole('log').getByText('Thank you Marta').waitFor()
    await priya.getByText('Answered on the paired phone', { exact: true }).waitFor()
    expect(await priya.getByRole('log').getByText('Assistant', { exact: true }).count()).toBe(1)
    // Nobody at work here has the customer: a sales agent needs no manager to go on.
    await priya.keyboard.press('t')
    await priya.getByRole('textbox', { name: 'Reply to Ravi Nair' }).waitFor()
  })

  it('STOP ends it: what a member tries to send is refused, and the reason can be read', async () => {
    await look(priya, 'Ana Ruiz')
    await take('Ana Ruiz')
    await write('STOP')
    await priya.getByText('The customer asked for no more messages', { exact: true }).first().waitFor()
    await priya.getByRole('textbox', { name: 'Reply to Ana Ruiz' }).waitFor({ state: 'detached' })
    const arrived = await inHand().locator('.theirs').count()
    // The console does not let her write; another client of hers does.
    await send(priya, 'Are you sure?')
    await priya.getByRole('log').getByText('Are you sure?').waitFor()
    expect(await why(priya, 'Refused')).toMatch(/refused: the customer said stop on .* \(«STOP», WhatsApp\)/)
    expect(await inHand().locator('.theirs').count()).toBe(arrived)
    expect(await inHand().getByText('Are you sure?').count()).toBe(0)
  })

  it('the funnel has moved', async () => {
    await expect.poll(openConversations, patience).toBe(openBefore + 2)
    await asha.getByRole('link', { name: 'Qualified', exact: true }).click()
    await asha.getByRole('heading', { name: 'Leads', level: 1 }).waitFor()
    await asha.getByText('Ana Ruiz').first().waitFor()
  })

  /** Sends as the member of this console, in the conversation it shows, by the API. */
  async function send(console: Page, text: string): Promise<void> {
    const response = await fetch(`${house.server.url}/v1/auth/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'priya@example.com', password: 'a long sample password' }),
    })
    const { accessToken } = (await response.json()) as { readonly accessToken: string }
    const auth = { protocol: protocolVersion, accessToken }
    const socket = io(`${house.server.url}/staff`, { auth, transports: ['websocket'], forceNew: true })
    onTestFinished(() => void socket.disconnect())
    await new Promise((resolve) => void socket.once('connect', () => resolve(undefined)))
    const conversation = decodeURIComponent(console.url().split('/').at(-1) ?? '')
    const command = { type: 'message.send', conversation, clientId: 'by-the-api', text }
    expect(await socket.timeout(10_000).emitWithAck('command', command)).toMatchObject({ ok: true })
  }
})
