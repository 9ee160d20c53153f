import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { Browser } from 'playwright-core'
import { axeProblems } from '#console/testing/axe.ts'
import { chromiumPath, openChromium } from '#console/testing/chromium.ts'
import { systemClock } from '#runtime/adapters/system/clock.ts'
import { fieldsOf, listOf, startHouse } from './testing/rehearsal-house.ts'

const ana = '34600111222'
/** A picture of the page is left here when it is set. */
const pictures = process.env['OFFERS_PICTURES']

describe.skipIf(chromiumPath() === undefined)('the phone of the page', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await openChromium()
  })
  afterAll(() => browser.close())

  it('answers a request for a place and a form with what quotes them, and shows a reaction of the business', async () => {
    const house = await startHouse({ clock: systemClock(), delays: { sentMs: 1, deliveredMs: 1 } })
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
    onTestFinished(() => context.close())
    const page = await context.newPage()
    page.setDefaultTimeout(10_000)
    await page.goto(house.meta.url)
    await page.getByText('Connected', { exact: true }).waitFor()
    const said = house.meta.phone(ana).says('Hello')
    const log = page.getByRole('log')
    await log.getByText('Hello', { exact: true }).waitFor()
    const sendInteractive = async (interactive: object): Promise<string> => {
      const { body } = await house.send({ to: ana, type: 'interactive', interactive })
      return String(fieldsOf(listOf(body['messages'])[0])['id'])
    }
    const last = async () => (await house.heard()).flatMap(({ messages }) => listOf(messages)).at(-1)

    const asked = await sendInteractive({
      type: 'location_request_message',
      body: { text: 'Where is it?' },
      action: { name: 'send_location' },
    })
    await log.getByRole('button', { name: 'Send location' }).click()
    await expect.poll(last).toMatchObject({ type: 'location', context: { id: asked } })

    const parameters = {
      flow_message_version: '3',
      flow_token: 'm1',
      flow_id: '1197715005513101',
      flow_cta: 'Tell us',
      flow_action: 'navigate',
    }
    const form = await sendInteractive({
      type: 'flow',
      body: { text: 'What do you look for?' },
      action: { name: 'flow', parameters },
    })
    await log.getByText('Tell us', { exact: true }).click()
    await log.getByLabel('Your name').fill('Ana Ruiz')
    await log.getByLabel('When does it suit you?').fill('Saturday')
    if (pictures !== undefined) await page.screenshot({ path: `${pictures}/emulator.png` })
    expect(await axeProblems(page)).toEqual([])
    await log.getByRole('button', { name: 'Send the answers' }).click()
    await log.getByText('full_name: Ana Ruiz').waitFor()
    await expect.poll(last).toMatchObject({ context: { id: form }, interactive: { type: 'nfm_reply' } })
    const reply = fieldsOf(fieldsOf(fieldsOf(await last())['interactive'])['nfm_reply'])
    expect(JSON.parse(String(reply['response_json']))).toEqual({
      full_name: 'Ana Ruiz',
      when: 'Saturday',
      flow_token: 'm1',
    })

    await house.send({ to: ana, type: 'reaction', reaction: { message_id: said, emoji: '👍' } })
    await log.getByLabel('Reactions').waitFor()
    await house.send({ to: ana, type: 'reaction', reaction: { message_id: said, emoji: '' } })
    await log.getByLabel('Reactions').waitFor({ state: 'detached' })
  })
})
