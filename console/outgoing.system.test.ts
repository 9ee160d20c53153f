import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildConsole } from './build.ts'
import { axeProblems } from './testing/axe.ts'
import { signIn } from './testing/browser.ts'
import { chromiumPath, openChromium } from './testing/chromium.ts'
import { startFakeGateway, type FakeGateway } from './testing/fake-gateway.ts'
import { showEverything, stopConsent, wayOf } from './testing/fake-outgoing.ts'

/** Pictures of the page are left here when it is set. */
const pictures = process.env['OUTGOING_PICTURES']
const id = 'demo/conversation/c1'
const dayMs = 24 * 3_600_000

describe.skipIf(chromiumPath() === undefined)('a WhatsApp conversation in the console', () => {
  let browser: Browser
  let gateway: FakeGateway
  beforeAll(async () => {
    await buildConsole({ onProgress: () => undefined })
    browser = await openChromium()
    gateway = await startFakeGateway()
    showEverything(gateway.world, id)
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
    await page.getByRole('log').waitFor()
    return page
  }

  async function look(page: Page, name: string): Promise<void> {
    for (const theme of ['light', 'dark'] as const) {
      await page.evaluate((to) => void (document.documentElement.dataset['theme'] = to), theme)
      if (pictures !== undefined) await page.screenshot({ path: `${pictures}/${name}-${theme}.png` })
      expect([name, theme, await axeProblems(page)]).toEqual([name, theme, []])
    }
    await page.evaluate(() => void (document.documentElement.dataset['theme'] = 'light'))
  }

  it('shows how far each message of ours has come, and why, and hears of more', async () => {
    const page = await opened({ width: 1440, height: 900 })
    const log = page.getByRole('log')
    await log.getByRole('button', { name: /^Held until .*Why\?$/ }).waitFor()
    await log.getByRole('button', { name: 'Not delivered. Why?' }).waitFor()
    await log.getByRole('button', { name: 'Not known whether it arrived. Why?' }).waitFor()
    await look(page, 'ways')

    const read = log.getByRole('button', { name: 'Read. Why?' })
    const story = /^asked .* let through: answer to a customer’s message · delivered .* · read/
    // By the focus, which stays where it is put; what lies under a pointer moves while the page settles.
    await read.focus()
    await page.getByRole('tooltip').filter({ hasText: story }).waitFor()
    await read.click()
    const why = page.getByRole('dialog', { name: 'Why' })
    await why.getByText('let through: answer to a customer’s message').waitFor()
    await why.getByText('Purpose: answer · free of charge').waitFor()
    await look(page, 'why')
    await page.keyboard.press('Escape')
    await why.waitFor({ state: 'hidden' })

    const { world } = gateway
    const message = world.of(id).messages.find(({ text }) => text.startsWith('Saturday'))
    if (message === undefined) throw new Error('nothing was said of Saturday')
    await log.getByRole('button', { name: 'Delivered. Why?', exact: true }).waitFor()
    world.wayOut(id, wayOf(world.of(id), message, { status: 'read' }))
    await log.getByRole('button', { name: 'Read. Why?' }).nth(1).waitFor()
    await page.context().close()
  })

  it('shows what came beside the words: files, a place, an ad, quotations, reactions, and what was taken back', async () => {
    const page = await opened({ width: 1440, height: 1300 })
    const log = page.getByRole('log')
    await log.getByText('3 BHK in Whitefield from ₹1.2 Cr').scrollIntoViewIfNeeded()
    await log.getByText('sale-deed-2019.pdf').waitFor()
    const map = await log.getByRole('link', { name: 'Show on a map' }).getAttribute('href')
    expect(map).toContain('mlat=12.9698&mlon=77.75')
    await log.getByText('The channel could not hand this over').waitFor()
    await log.getByRole('img', { name: /reacted with 👍/ }).waitFor()
    await log.getByText('Deleted by the customer').waitFor()
    expect(await log.getByText('My card number').count()).toBe(0)
    await look(page, 'files')
    await log.getByRole('button', { name: /^Answers .*Yes, it is still available/ }).click()
    await log.getByText('Yes, it is still available.').first().waitFor()
    await page.context().close()
  })

  it('says how the customer is reached and what they agreed to, and locks the composer after a stop with what to do', async () => {
    const page = await opened({ width: 1440, height: 900 })
    await page.getByText('Nothing said yet: answers only, no marketing.').waitFor()
    await page.getByRole('complementary', { name: 'Customer' }).getByText('+919845012345').waitFor()
    const { world } = gateway
    const saidAtMs = world.nowMs()
    world.customerSays(id, 'Stop!')
    world.consents(id, [
      stopConsent(saidAtMs + 1000),
      { scope: 'email:utility', state: 'given', atMs: saidAtMs - dayMs, source: 'lead-form', proof: 'I agree' },
    ])
    await page.getByText('The customer asked for no more messages', { exact: true }).waitFor()
    await page.getByText(/\(«Stop!», WhatsApp\)\. What you write would be refused/).waitFor()
    await page.getByText('«I agree»').waitFor()
    const refused = world.add(world.of(id), { kind: 'assistant' }, { text: 'One more thing' })
    const decision = { outcome: 'refuse', reason: 'nothing-to-answer', consent: stopConsent(saidAtMs) } as const
    world.wayOut(id, wayOf(world.of(id), refused, { status: 'failed', decision, steps: [] }))
    await page.getByRole('button', { name: 'Refused. Why?' }).click()
    await page.getByText(/^refused: the customer said stop on .* \(«Stop!», WhatsApp\)$/).waitFor()
    await look(page, 'stopped')
    world.consents(id, [])
    await page.getByLabel(/^Reply to/).waitFor()
    await page.context().close()
  })

  it('locks the composer when the window has closed by the provider’s clock', async () => {
    const { world } = gateway
    const conversation = world.of(id)
    const before = conversation.messages
    conversation.messages = before.map((each) =>
      each.author.kind === 'customer' ? { ...each, sentAtMs: world.nowMs() - dayMs - 60_000 } : each,
    )
    const page = await opened({ width: 1440, height: 900 })
    await page.getByText('WhatsApp takes an approved template now').waitFor()
    expect(await page.getByLabel(/^Reply to/).count()).toBe(0)
    await look(page, 'window-closed')
    conversation.messages = before
    await page.context().close()
  })

  it('fits a phone, where a press tells why, and speaks Hindi', async () => {
    const page = await opened({ width: 390, height: 844 })
    await page.getByRole('log').getByRole('button', { name: 'Not delivered. Why?' }).click()
    await page.getByText(/^failed .*the number is not on WhatsApp$/).waitFor()
    await look(page, 'phone')
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
    await page.keyboard.press('Escape')
    await page.goto(`${gateway.url}/console/#/settings`)
    await page.getByLabel('Language').selectOption('hi')
    await page.goto(`${gateway.url}/console/#/inbox/all/${encodeURIComponent(id)}`)
    await page.getByRole('button', { name: 'नहीं पहुँचा। क्यों?' }).click()
    await page.getByRole('dialog', { name: 'क्यों' }).waitFor()
    await look(page, 'phone-hindi')
    await page.context().close()
  })
})
