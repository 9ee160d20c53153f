import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { axeProblems } from '#console/testing/axe.ts'
import { chromiumPath, openChromium } from '#console/testing/chromium.ts'
import { systemClock } from '#runtime/adapters/system/clock.ts'
import { fieldsOf, listOf, secrets, startHouse, type RehearsalHouse } from './testing/rehearsal-house.ts'

const inBrowser = describe.skipIf(chromiumPath() === undefined)

const onePixel = Buffer.from('R0lGODlhAQABAAAAACwAAAAAAQABAAACAkQBADs=', 'base64')

let browser: Browser

beforeAll(async () => {
  if (chromiumPath() !== undefined) browser = await openChromium()
})
afterAll(() => browser?.close())

async function openPage(
  options: BrowserContextOptions = {},
): Promise<{ readonly house: RehearsalHouse; readonly page: Page }> {
  const house = await startHouse({ clock: systemClock(), delays: { sentMs: 1, deliveredMs: 1 } })
  const context = await browser.newContext(options)
  onTestFinished(() => context.close())
  const page = await context.newPage()
  await page.goto(house.meta.url)
  await page.getByText('Connected', { exact: true }).waitFor()
  return { house, page }
}

async function messagesHeard({ heard }: Pick<RehearsalHouse, 'heard'>): Promise<readonly unknown[]> {
  return (await heard()).flatMap(({ messages }) => listOf(messages))
}

async function sendButtons({ send }: Pick<RehearsalHouse, 'send'>): Promise<unknown> {
  const buttons = ['Tue 10:00', 'Tue 16:00'].map((title) => ({ type: 'reply', reply: { id: `slot:${title}`, title } }))
  const interactive = { type: 'button', body: { text: 'Which time suits you?' }, action: { buttons } }
  const { body } = await send({ to: '34600111222', type: 'interactive', interactive })
  return listOf(body['messages'])[0]?.['id']
}

inBrowser('the page with the phone', () => {
  it('sends what a customer types, shows the answer with its buttons, and sends the tap', async () => {
    const { house, page } = await openPage()
    await page.getByLabel('Message', { exact: true }).fill('Is Elm St 4B free?')
    await page.keyboard.press('Enter')
    await expect
      .poll(() => messagesHeard(house))
      .toMatchObject([{ from: '34600111222', text: { body: 'Is Elm St 4B free?' } }])
    const id = await sendButtons(house)
    await page.getByRole('log').getByRole('button', { name: 'Tue 16:00' }).click()
    await expect
      .poll(async () => fieldsOf((await messagesHeard(house)).at(-1)))
      .toMatchObject({
        context: { id },
        interactive: { type: 'button_reply', button_reply: { id: 'slot:Tue 16:00', title: 'Tue 16:00' } },
      })
    // The customer looked at the phone, so the business hears that it was read.
    await expect
      .poll(async () => (await house.heard()).flatMap(({ statuses }) => listOf(statuses)).map(({ status }) => status))
      .toContain('read')
    await page.getByText('POST 106540352242922/messages · interactive').click()
    await page
      .getByLabel('JSON of POST 106540352242922/messages · interactive')
      .getByText('Which time suits you?')
      .waitFor()
  })

  it('presses a control by keyboard, and shows what did not arrive and why', async () => {
    const { house, page } = await openPage()
    await page.getByLabel('Message', { exact: true }).fill('Hello')
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    const control = page.getByRole('switch', { name: 'Window closed' })
    await control.focus()
    await page.keyboard.press('Space')
    await expect.poll(() => control.getAttribute('aria-checked')).toBe('true')
    await house.send({ to: '34600111222', type: 'text', text: { body: '*Ana*, are you still looking?' } })
    await page.getByRole('log').locator('strong').getByText('Ana', { exact: true }).waitFor()
    await page.getByText('did not arrive: Re-engagement message (131047)').waitFor()
  })

  it('sends a picture as another customer, who was just added', async () => {
    const { house, page } = await openPage()
    await page.getByText('Add a customer').click()
    await page.locator('#new-person').getByLabel('Name').fill('Leo')
    await page.locator('#new-person').getByLabel('Phone').fill('+49 159 00000000')
    await page.locator('#new-person').getByRole('button', { name: 'Add' }).click()
    await expect.poll(() => page.getByRole('button', { name: 'Leo' }).getAttribute('aria-pressed')).toBe('true')
    await page.getByLabel('Send something else').click()
    await page.getByLabel('Photo, film').setInputFiles({ name: 'flat.gif', mimeType: 'image/gif', buffer: onePixel })
    await expect
      .poll(() => messagesHeard(house))
      .toMatchObject([{ from: '4915900000000', image: { mime_type: 'image/gif' } }])
    const picture = page.getByRole('log').getByRole('img', { name: 'Picture' })
    await expect
      .poll(() => picture.evaluate((image) => image instanceof HTMLImageElement && image.naturalWidth))
      .toBe(1)
  })

  it('sends the form of the advertisement', async () => {
    const { house, page } = await openPage()
    await page.getByLabel('Full name').fill('Ana Ruiz')
    await page.locator('#lead').getByLabel('Phone').fill('+34600111222')
    await page.getByLabel('Riverside Homes may write').check()
    await page.getByRole('button', { name: 'Send the form' }).click()
    await expect.poll(() => house.heard('leadgen')).toHaveLength(1)
    const [ping] = await house.heard('leadgen')
    const { body } = await house.graph('GET', String(ping?.['leadgen_id']))
    expect(body).toMatchObject({ custom_disclaimer_responses: [{ checkbox_key: 'whatsapp_optin', is_checked: '1' }] })
  })

  it('writes to the Page on Instagram, and shows what became of the webhook', async () => {
    const { house, page } = await openPage()
    await house.meta.setCallback('instagram', house.listener.url, secrets.verifyToken)
    const form = page.locator('#writing')
    await form.getByLabel('Where').selectOption('Instagram')
    await form.getByLabel('Words').fill('Price please')
    await form.getByRole('button', { name: 'Write' }).click()
    await page.getByText('The comment was sent.').waitFor()
    await expect.poll(() => house.heard('comments')).toMatchObject([{ text: 'Price please' }])
    await page.getByText('instagram comment of Sara Khan: Price please').waitFor()
  })

  it.each([
    { colorScheme: 'light', viewport: { width: 1280, height: 900 } },
    { colorScheme: 'dark', viewport: { width: 375, height: 760 } },
  ] as const)('is accessible and fits: $colorScheme, $viewport.width', async (options) => {
    const { house, page } = await openPage(options)
    await page.getByLabel('Message', { exact: true }).fill('Hello')
    await page.keyboard.press('Enter')
    await page.getByRole('log').getByText('Hello').waitFor()
    await sendButtons(house)
    await page.getByRole('log').getByRole('button', { name: 'Tue 16:00' }).waitFor()
    await page.getByRole('switch', { name: 'Duplicate' }).click()
    await page.getByLabel('Send something else').click()
    expect(await axeProblems(page)).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(options.viewport.width)
  })
})
