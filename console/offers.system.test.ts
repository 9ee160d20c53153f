import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildConsole } from './build.ts'
import { axeProblems } from './testing/axe.ts'
import { signIn } from './testing/browser.ts'
import { chromiumPath, openChromium } from './testing/chromium.ts'
import { startFakeGateway, type FakeGateway } from './testing/fake-gateway.ts'

/** Pictures of the page are left here when it is set. */
const pictures = process.env['OFFERS_PICTURES']
const id = 'demo/conversation/c1'

describe.skipIf(chromiumPath() === undefined)('what is sent beside words', () => {
  let browser: Browser
  let gateway: FakeGateway
  beforeAll(async () => {
    await buildConsole({ onProgress: () => undefined })
    browser = await openChromium()
    gateway = await startFakeGateway()
    const { world } = gateway
    const conversation = world.of(id)
    world.change(conversation, { channel: 'whatsapp', status: 'open' })
    world.own(conversation, { kind: 'member', memberId: 'asha', name: 'Asha Rao' }, { notice: 'taken-over' })
    world.marks(id, { reached: [{ channel: 'whatsapp', account: '106540352242922', userId: 'IN.1349' }] })
    const lead = world.leads.get(conversation.row.lead)
    if (lead === undefined) throw new Error('the conversation has no lead')
    const { phone: _unknown, ...profile } = lead.profile
    world.leads.set(lead.lead, { ...lead, profile })
    const theirs = { kind: 'customer', name: conversation.row.name } as const
    const sentAtMs = world.nowMs() - 60_000
    world.add(conversation, theirs, { text: 'Can I see it?', clientId: 'wamid.see', channel: 'whatsapp', sentAtMs })
    world.add(conversation, theirs, {
      text: '',
      clientId: 'wamid.form',
      channel: 'whatsapp',
      sentAtMs,
      attachments: [
        { kind: 'form', name: 'flow', answers: { flow_token: 'm1', screen_0_Full_name_0: 'Ana', when: '0_Saturday' } },
      ],
    })
  })
  afterAll(async () => {
    await browser.close()
    await gateway.stop()
  })

  async function opened(at: { readonly width: number; readonly height: number }): Promise<Page> {
    const context = await browser.newContext({ viewport: at, reducedMotion: 'reduce' })
    const page = await context.newPage()
    page.setDefaultTimeout(10_000)
    await signIn(page, gateway.url)
    await page.goto(`${gateway.url}/console/#/inbox/all/${encodeURIComponent(id)}`)
    await page.getByRole('log').getByText('Can I see it?').waitFor()
    return page
  }

  async function look(page: Page, name: string): Promise<void> {
    for (const theme of ['light', 'dark'] as const) {
      await page.evaluate((to) => void (document.documentElement.dataset['theme'] = to), theme)
      if (pictures !== undefined) await page.screenshot({ path: `${pictures}/${name}-${theme}.png` })
      // An open menu is no part of a region, as axe would like all of a page to be.
      const problems = (await axeProblems(page)).filter((each) => !each.startsWith('region:'))
      expect([name, theme, problems]).toEqual([name, theme, []])
    }
    await page.evaluate(() => void (document.documentElement.dataset['theme'] = 'light'))
  }

  /** By the keyboard alone, as the menu says. */
  async function choose(page: Page, item: string): Promise<void> {
    await page.getByRole('button', { name: 'Send something else' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: item }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: item }).waitFor()
  }

  it('asks for a location and for a number, by the keyboard, with what is left to write', async () => {
    const page = await opened({ width: 1440, height: 900 })
    await page.getByRole('button', { name: 'Send something else' }).click()
    await page.getByRole('menuitem', { name: 'Ask for the phone number' }).waitFor()
    await look(page, 'menu')
    await page.keyboard.press('Escape')
    await choose(page, 'Ask for a location')
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Words').fill('Where is the office?')
    await dialog.getByText('20 of 1024').waitFor()
    await dialog.getByText('Send location').waitFor()
    await look(page, 'location-request')
    await dialog.getByRole('button', { name: 'Send', exact: true }).click()
    await page.getByRole('log').getByText('With a button to share a location').waitFor()
    await choose(page, 'Ask for the phone number')
    await page.getByRole('dialog').getByRole('button', { name: 'Send', exact: true }).click()
    await page.getByRole('log').getByText('With a button to share their number').waitFor()
    gateway.world.marks(id, { reached: [{ channel: 'whatsapp', account: '1', phone: '919845012345' }] })
    await page.getByRole('button', { name: 'Send something else' }).click()
    await page.getByRole('menuitem', { name: 'Ask for a location' }).waitFor()
    expect(await page.getByRole('menuitem', { name: 'Ask for the phone number' }).count()).toBe(0)
    await page.context().close()
  })

  it('sends a listing’s place, a link and a form sent before, and says what is wrong while it is typed', async () => {
    const page = await opened({ width: 1440, height: 900 })
    const dialog = page.getByRole('dialog')
    const send = dialog.getByRole('button', { name: 'Send', exact: true })
    await choose(page, 'Send a place')
    await dialog.getByLabel('Latitude, longitude').fill('somewhere')
    await dialog.getByText('There is no place in this.').waitFor()
    expect(await send.isDisabled()).toBe(true)
    await dialog.getByLabel('Search listings').fill('palm')
    await dialog.getByRole('button', { name: /3 BHK in Palm Grove/ }).click()
    await look(page, 'place')
    await send.click()
    await page.getByRole('log').getByText('3 BHK in Palm Grove').waitFor()
    expect(await page.getByRole('log').getByText('3 BHK in Palm Grove').count()).toBe(1)

    await choose(page, 'Send a link button')
    await dialog.getByLabel('Words').fill('Here is the tour.')
    await dialog.getByLabel('Button').fill('See the tour')
    await dialog.getByLabel('Web address').fill('tour')
    await dialog.getByText('This is no web address').waitFor()
    await dialog.getByLabel('Web address').fill('example.com/tour')
    await look(page, 'link')
    await send.click()
    await page.getByRole('log').getByRole('link', { name: 'https://example.com/tour' }).waitFor()

    await choose(page, 'Send a form')
    await dialog.getByLabel('Sent before').selectOption('1197715005513101')
    expect(await dialog.getByLabel('Words').inputValue()).toBe('What do you look for?')
    await dialog.getByLabel('Button').fill('Tell us 📝')
    await dialog.getByText('may hold no emoji').waitFor()
    await dialog.getByLabel('Button').fill('Tell us more')
    await look(page, 'form')
    await send.click()
    await page.getByRole('log').getByText('With the form “Tell us more”').waitFor()
    await page.context().close()
  })

  it('reacts to a customer’s bubble and takes it back, by the keyboard', async () => {
    const page = await opened({ width: 1440, height: 900 })
    const log = page.getByRole('log')
    const row = log.getByText('Full name')
    await row.waitFor()
    await log.getByText('Saturday', { exact: true }).waitFor()
    expect(await log.getByText('flow_token').count()).toBe(0)
    const open = log.getByRole('button', { name: 'React', exact: true })
    expect(await open.count()).toBe(2)
    await open.first().focus()
    await page.keyboard.press('Enter')
    const picker = page.getByRole('dialog', { name: 'React to this message' })
    await picker.getByRole('button', { name: 'React with 🙏' }).waitFor()
    await look(page, 'picker')
    await picker.getByRole('button', { name: 'React with 🙏' }).focus()
    await page.keyboard.press('Enter')
    const given = log.getByRole('button', { name: /^Asha.* reacted with 🙏\. Take 🙏 back$/ })
    await given.waitFor()
    await look(page, 'given')
    await given.focus()
    await page.keyboard.press('Enter')
    await given.waitFor({ state: 'detached' })
    const failed = { to: 'wamid.see', emoji: '👍', name: 'Asha Rao', status: 'failed', reason: 'no access' } as const
    gateway.world.marks(id, { given: [failed] })
    await log.getByRole('button', { name: /^👍 is not with the customer: no access/ }).waitFor()
    await look(page, 'failed')
    gateway.world.marks(id, { given: [] })
    await page.context().close()
  })

  it('offers reactions by a touch where nothing hovers', async () => {
    const context = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
    const page = await context.newPage()
    page.setDefaultTimeout(10_000)
    await signIn(page, gateway.url)
    await page.goto(`${gateway.url}/console/#/inbox/all/${encodeURIComponent(id)}`)
    const log = page.getByRole('log')
    await log.getByText('Can I see it?').scrollIntoViewIfNeeded()
    const open = log.getByRole('button', { name: 'React', exact: true }).first()
    expect(await open.evaluate((button) => getComputedStyle(button).opacity)).toBe('1')
    await open.tap()
    await page.getByRole('button', { name: 'React with 😊' }).tap()
    await log.getByRole('button', { name: /reacted with 😊/ }).waitFor()
    await look(page, 'phone-react')
    gateway.world.marks(id, { given: [] })
    await context.close()
  })

  it('fits a phone, and leaves out what the channel does not have', async () => {
    const page = await opened({ width: 390, height: 844 })
    await look(page, 'phone')
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
    await choose(page, 'Send a form')
    await look(page, 'phone-form')
    await page.keyboard.press('Escape')
    const { world } = gateway
    world.change(world.of(id), { channel: 'web' })
    await page.getByRole('button', { name: 'React', exact: true }).first().waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Send something else' }).click()
    await page.getByRole('menuitem').first().waitFor()
    expect(await page.getByRole('menuitem').allInnerTexts()).toEqual(['Send a place', 'Send a link button'])
    await page.keyboard.press('Escape')
    world.change(world.of(id), { channel: 'whatsapp' })
    await page.goto(`${gateway.url}/console/#/settings`)
    await page.getByLabel('Language').selectOption('hi')
    await page.goto(`${gateway.url}/console/#/inbox/all/${encodeURIComponent(id)}`)
    await page.getByRole('button', { name: 'कुछ और भेजें' }).click()
    await page.getByRole('menuitem', { name: 'लोकेशन माँगें' }).waitFor()
    await look(page, 'phone-hindi')
    await page.context().close()
  })
})
