import { resolve } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { metaNumber, startWhatsAppHouse, type WhatsAppHouse } from '#gateway/testing/whatsapp-house.ts'
import { accountId } from '#machines/account-writing.ts'
import { contactId } from '#machines/contact-writing.ts'
import { systemClock } from '#runtime/adapters/system/clock.ts'
import { addressOf } from '#runtime/address.ts'
import type { Clock } from '#runtime/ports/clock.ts'
import { buildConsole } from './build.ts'
import { axeProblems } from './testing/axe.ts'
import { signIn } from './testing/browser.ts'
import { chromiumPath, openChromium } from './testing/chromium.ts'

const ana = '34600111222'
const conversation = addressOf('acme', 'conversation', contactId('whatsapp', metaNumber.account, ana))
const account = addressOf('acme', 'account', accountId('whatsapp', metaNumber.account))
/** Pictures of the page are left here when it is set. */
const pictures = process.env['TEMPLATES_PICTURES']

/** What the customer writes by it was written yesterday: the window has closed. */
function yesterday(): Clock {
  const real = systemClock()
  const lateMs = 25 * 60 * 60 * 1000
  return { nowMs: () => real.nowMs() - lateMs, schedule: (atMs, call) => real.schedule(atMs + lateMs, call) }
}

describe.skipIf(chromiumPath() === undefined)('templates in the console, on a real gateway with Meta played', () => {
  let browser: Browser
  let scene: WhatsAppHouse
  let url: string
  beforeAll(async () => {
    await buildConsole({ onProgress: () => undefined })
    browser = await openChromium()
    const staticRoot = resolve(import.meta.dirname, '../dist')
    scene = await startWhatsAppHouse({ staticRoot, meta: { clock: yesterday() } })
    url = `http://127.0.0.1:${scene.house.port}`
    const invited = { workspace: 'acme', name: 'Asha', email: 'asha@acme.example', role: 'admin' } as const
    const { member: asha } = await scene.house.accounts.invite(invited)
    await scene.house.accounts.setPassword(asha, 'correct horse', undefined)
    scene.meta.addTemplate({
      name: 'price_news',
      language: 'en',
      category: 'MARKETING',
      components: [{ type: 'BODY', text: 'Hi {{name}}, {{home}} is now {{price}}.' }],
    })
    // A template that Meta tells of has them all read.
    const [first] = scene.meta.templates()
    scene.meta.setTemplateStatus(first?.id ?? '', 'PAUSED')
    scene.meta.phone(ana).says('Is it still available?')
  })
  afterAll(async () => {
    await browser.close()
    await scene.stop()
  })

  async function opened(at: { readonly width: number; readonly height: number }): Promise<Page> {
    const context = await browser.newContext({ viewport: at, reducedMotion: 'reduce' })
    const page = await context.newPage()
    page.setDefaultTimeout(15_000)
    await signIn(page, url, 'asha@acme.example')
    await page.goto(`${url}/console/#/inbox/all/${encodeURIComponent(conversation)}`)
    await page.getByRole('log').getByText('Is it still available?', { exact: true }).waitFor()
    return page
  }

  async function look(page: Page, name: string): Promise<void> {
    // What was pressed last would be shown as hovered.
    await page.mouse.move(1, 1)
    for (const theme of ['light', 'dark'] as const) {
      await page.evaluate((to) => void (document.documentElement.dataset['theme'] = to), theme)
      if (pictures !== undefined) await page.screenshot({ path: `${pictures}/${name}-${theme}.png` })
      expect([name, theme, await axeProblems(page)]).toEqual([name, theme, []])
    }
    await page.evaluate(() => void (document.documentElement.dataset['theme'] = 'light'))
  }

  it('offers a template when the window has closed, filled in and shown as the customer will see it, and sends it', async () => {
    const page = await opened({ width: 1440, height: 900 })
    await page.getByRole('button', { name: /^Take over/u }).click()
    await page.getByRole('button', { name: 'Send a template' }).waitFor()
    await look(page, 'closed')
    await page.getByRole('button', { name: 'Send a template' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: /^follow_up/u }).waitFor()
    await look(page, 'choice')
    await dialog.getByLabel('Search templates').fill('viewing')
    await dialog.getByLabel('Language').selectOption('en')
    await dialog.getByRole('button', { name: /^viewing_reminder/u }).click()
    const send = dialog.getByRole('button', { name: 'Send', exact: true })
    expect(await send.isDisabled()).toBe(true)
    expect(await dialog.getByLabel('Variable 1').inputValue()).toBe('Ana Ruiz')
    await dialog.getByLabel('Web address of the picture on top').fill('https://example.com/88.jpg')
    await dialog.getByLabel('Variable 2').fill('Tuesday at 10')
    await dialog.getByText('Hi Ana Ruiz, your viewing is on Tuesday at 10.').waitFor()
    await look(page, 'filling')
    await send.click()
    await page.getByRole('log').getByText('Hi Ana Ruiz, your viewing is on Tuesday at 10.').waitFor()
    await scene.meta.phone(ana).arrival(({ content }) => JSON.stringify(content).includes('viewing_reminder'))
  })

  it('fits a phone', async () => {
    const page = await opened({ width: 390, height: 844 })
    await page.getByRole('button', { name: 'Send a template' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: /^price_news/u }).waitFor()
    await look(page, 'phone-choice')
    await dialog.getByRole('button', { name: /^price_news/u }).click()
    expect(await dialog.getByLabel('Variable name').inputValue()).toBe('Ana Ruiz')
    await look(page, 'phone-filling')
  })

  it('says at the top which number sends nothing and what to do, until an admin lets it go on', async () => {
    const page = await opened({ width: 1440, height: 900 })
    const error = { code: 190, action: 'stop-sender', reason: 'WhatsApp no longer accepts our access.' } as const
    await scene.house.runtime.send({ to: account, event: { type: 'account.troubled', error } })
    const banner = page.getByRole('alert').filter({ hasText: 'sends nothing' })
    await banner.getByText('Make a new access token').waitFor()
    await look(page, 'stopped')
    const phone = await opened({ width: 390, height: 844 })
    await phone.getByRole('alert').filter({ hasText: 'sends nothing' }).waitFor()
    await look(phone, 'phone-stopped')
    await banner.getByRole('button', { name: 'Let it send again' }).click()
    await banner.waitFor({ state: 'detached' })
  })
})
