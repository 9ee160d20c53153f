import { resolve } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addressOf } from '#runtime/address.ts'
import type { BudgetEvent, Charge } from '#machines/budget-contract.ts'
import { eventOf } from '#gateway/submit.ts'
import { startTestHouse, type TestHouse } from '#gateway/testing/test-house.ts'
import { buildConsole } from './build.ts'
import { look, openChannels } from './testing/channels-page.ts'
import { chromiumPath, openChromium } from './testing/chromium.ts'

describe.skipIf(chromiumPath() === undefined)('what messages cost, on the channels page', () => {
  let browser: Browser
  let house: TestHouse
  beforeAll(async () => {
    await buildConsole({ onProgress: () => undefined })
    browser = await openChromium()
    house = await startTestHouse({ staticRoot: resolve(import.meta.dirname, '../dist') })
    const email = 'admin@acme.example'
    const { member } = await house.accounts.invite({ workspace: 'acme', name: 'Asha', email, role: 'admin' })
    await house.accounts.setPassword(member, 'correct horse', undefined)
  })
  afterAll(async () => {
    await browser.close()
    await house.stop()
  })

  async function tell(event: BudgetEvent): Promise<void> {
    await house.runtime.send({ to: addressOf('acme', 'budget', 'messages'), event: eventOf(event) })
  }

  function spend(channel: Charge['channel'], category: Charge['category'], micros: number): Promise<void> {
    return tell({ type: 'budget.settled', reservedMicros: 0, charge: { channel, category, micros, currency: 'USD' } })
  }

  for (const [name, width] of [
    ['wide', 1200],
    ['narrow', 390],
  ] as const) {
    it(`an admin sees it, is told that messages wait, and raises the limit: ${name}`, async () => {
      const page = await openChannels(browser, { width, height: 1100 }, house.port)
      const section = page.getByRole('region', { name: 'What messages cost' })
      await section.getByText(/no limit/).waitFor()
      await section.scrollIntoViewIfNeeded()
      await look(page, `spend-${name}-before`)

      await section.getByRole('button', { name: 'Change limit' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('Limit a month, in USD').fill('a lot')
      await page.keyboard.press('Enter')
      await dialog.getByText('Give an amount such as 5000').waitFor()
      await dialog.getByLabel('Limit a month, in USD').fill('100')
      await look(page, `spend-${name}-dialog`)
      await page.keyboard.press('Enter')
      await dialog.waitFor({ state: 'detached' })
      await section.getByText('of $100.00').waitFor()

      await spend('whatsapp', 'marketing', 84_150_000)
      await spend('sms', 'service', 50_000)
      const wants = { dispatch: 'acme/dispatch/1', ask: 1, micros: 90_000_000, wantedAtMs: Date.now() }
      await tell({ type: 'budget.asked', request: wants })
      await expect
        .poll(
          async () => {
            await page.reload()
            await section.getByText(/of \$100|no limit/).waitFor()
            return section.getByText('Messages wait because the limit is reached.').count()
          },
          { timeout: 15_000, interval: 300 },
        )
        .toBe(1)
      expect(await section.getByRole('row').count()).toBe(3)
      await section.scrollIntoViewIfNeeded()
      await page.mouse.wheel(0, 3000)
      await look(page, `spend-${name}`)
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true)

      await section.getByRole('button', { name: 'Change limit' }).click()
      await dialog.getByLabel('Limit a month, in USD').fill('')
      await dialog.getByRole('button', { name: 'Save' }).click()
      await section.getByText(/no limit/).waitFor()
      await page.context().close()
    })
  }
})
