import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildConsole } from './build.ts'
import { axeProblems } from './testing/axe.ts'
import { signIn } from './testing/browser.ts'
import { chromiumPath, openChromium } from './testing/chromium.ts'
import { startFakeGateway, type FakeGateway } from './testing/fake-gateway.ts'

/** Pictures of the page are left here when it is set. */
const pictures = process.env['JOINED_PICTURES']

describe.skipIf(chromiumPath() === undefined)('joined leads in the console', () => {
  let browser: Browser
  let gateway: FakeGateway
  let lead: string
  beforeAll(async () => {
    await buildConsole({ onProgress: () => undefined })
    browser = await openChromium()
    gateway = await startFakeGateway()
    const [one, other] = [...gateway.world.leads.values()]
    if (one === undefined || other === undefined) throw new Error('the world has no leads')
    lead = one.lead
    const atMs = one.updatedAtMs
    const joined = { lead: other.lead, name: 'Dia Rao', phone: '+919845012345', source: 'fair', atMs }
    gateway.world.leads.set(lead, {
      ...one,
      joined: [
        { ...joined, evidence: 'phone', key: '+919845012345' },
        { ...joined, lead: `${other.lead}x`, name: 'D. Rao', evidence: 'by-hand', key: '', by: 'Asha' },
      ],
      apart: [{ ...joined, lead: `${other.lead}y`, name: 'Meera', by: 'Asha', reason: 'her mother' }],
    })
  })
  afterAll(async () => {
    await browser.close()
    await gateway.stop()
  })

  async function opened(viewport: { readonly width: number; readonly height: number }): Promise<Page> {
    const context = await browser.newContext({ viewport, reducedMotion: 'reduce' })
    const page = await context.newPage()
    page.setDefaultTimeout(10_000)
    await signIn(page, gateway.url)
    await page.goto(`${gateway.url}/console/#/leads/${encodeURIComponent(lead)}`)
    await page.getByRole('heading', { name: 'Joined from' }).waitFor()
    return page
  }

  async function look(page: Page, name: string): Promise<void> {
    for (const theme of ['light', 'dark'] as const) {
      await page.evaluate((to) => void (document.documentElement.dataset['theme'] = to), theme)
      if (pictures !== undefined) await page.screenshot({ path: `${pictures}/${name}-${theme}.png`, fullPage: true })
      expect([name, theme, await axeProblems(page)]).toEqual([name, theme, []])
    }
    await page.evaluate(() => void (document.documentElement.dataset['theme'] = 'light'))
  }

  it('say from what and by whom, and are separated after it was said what will happen', async () => {
    const page = await opened({ width: 1280, height: 1000 })
    await page.getByText(/^Same phone \+919845012345, /).waitFor()
    await page.getByText(/^Joined by Asha, /).waitFor()
    await look(page, 'lead')
    await page.getByRole('button', { name: 'Separate…' }).first().focus()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Separate Dia Rao?' })
    await dialog.getByText('Whose is +919845012345?').waitFor()
    await look(page, 'dialog')
    await dialog.getByRole('radio', { name: 'Dia Rao' }).check()
    await dialog.getByRole('button', { name: 'Separate', exact: true }).click()
    await dialog.waitFor({ state: 'hidden' })
    await page.getByText('Dia Rao is a lead of its own again.').waitFor()
    expect(gateway.world.leads.get(lead)?.joined).toHaveLength(1)
    await page.getByRole('button', { name: 'Join again' }).first().click()
    await page.getByText('Joined again.').waitFor()
    expect(gateway.world.leads.get(lead)?.joined).toHaveLength(2)
  })

  it('fit a phone, in Hindi', async () => {
    const page = await opened({ width: 390, height: 844 })
    await page.goto(`${gateway.url}/console/#/settings`)
    await page.getByLabel('Language').selectOption('hi')
    await page.goto(`${gateway.url}/console/#/leads/${encodeURIComponent(lead)}`)
    await page.getByRole('button', { name: 'अलग करें…' }).first().click()
    await page.getByRole('dialog').waitFor()
    await look(page, 'phone')
    const wide = await page.evaluate(() => document.documentElement.scrollWidth)
    expect(wide).toBeLessThanOrEqual(390)
  })
})
