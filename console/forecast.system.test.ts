import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { submit } from '#gateway/submit.ts'
import { until } from '#gateway/testing/test-house.ts'
import { metaNumber, startWhatsAppHouse, type WhatsAppHouse } from '#gateway/testing/whatsapp-house.ts'
import { accountId } from '#machines/account-writing.ts'
import type { LeadEvent } from '#machines/lead-contract.ts'
import { addressOf } from '#runtime/address.ts'
import { buildConsole } from './build.ts'
import { axeProblems } from './testing/axe.ts'
import { signIn } from './testing/browser.ts'
import { chromiumPath, openChromium } from './testing/chromium.ts'

/** Pictures of the page are left here when it is set. */
const pictures = process.env['FORECAST_PICTURES']
const dayMs = 24 * 60 * 60 * 1000

const yes: LeadEvent = {
  type: 'consent.said',
  scope: 'whatsapp:marketing',
  consent: { state: 'given', atMs: 1000, source: 'lead-form', proof: 'optin=1' },
}

describe.skipIf(chromiumPath() === undefined)('the forecast in the console', () => {
  let browser: Browser
  let scene: WhatsAppHouse
  let url: string
  let folder: string
  beforeAll(async () => {
    await buildConsole({ onProgress: () => undefined })
    browser = await openChromium()
    folder = mkdtempSync(join(tmpdir(), 'forecast-page-'))
    const staticRoot = resolve(import.meta.dirname, '../dist')
    scene = await startWhatsAppHouse({ staticRoot, importFolder: folder })
    url = `http://127.0.0.1:${scene.house.port}`
    for (const role of ['manager', 'sales-agent'] as const) {
      const invited = { workspace: 'acme', name: role, email: `${role}@acme.example`, role }
      const { member } = await scene.house.accounts.invite(invited)
      await scene.house.accounts.setPassword(member, 'correct horse', undefined)
    }
    await people()
  })
  afterAll(async () => {
    await browser.close()
    await scene.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Twelve said yes, three of them are abroad in the night; two said stop, four said nothing, one has no number. */
  async function people(): Promise<void> {
    const tell = async (id: string, ...events: readonly LeadEvent[]): Promise<void> => {
      for (const event of events) await submit(scene.house.runtime, { to: addressOf('acme', 'lead', id), event })
    }
    const names = ['Ana', 'Bela', 'Chitra', 'Dev', 'Esha', 'Farid', 'Gita', 'Hari', 'Ira', 'Jai', 'Kiran', 'Lata']
    for (const [n, name] of names.entries()) await tell(`yes${n}`, captured(name, n), yes)
    const stop = { type: 'contact.wished', wish: 'stop', channel: 'whatsapp', saidAtMs: 2000, proof: 'STOP' } as const
    for (const n of [20, 21]) await tell(`no${n}`, captured(`Nina ${n}`, n), yes, stop)
    for (const n of [30, 31, 32, 33]) await tell(`silent${n}`, captured(`Sam ${n}`, n))
    await tell('mail', { type: 'lead.captured', profile: { name: 'Maya', email: 'maya@example.com' } }, yes)
    const abroad = { type: 'customer.heard', conversation: 'acme/conversation/x', channel: 'whatsapp', sentAtMs: 1 }
    for (const n of [0, 1, 2]) await tell(`yes${n}`, { ...abroad, zoneOffsetMinutes: -300 } as LeadEvent)
    const to = addressOf('acme', 'account', accountId('whatsapp', metaNumber.account))
    const body = 'Hi {{1}}, we open the new towers on Saturday. Come and see them.'
    const own = { name: 'open_house', language: 'en', status: 'APPROVED', category: 'marketing', body, variables: 1 }
    const templates = [{ ...own, buttons: [] }]
    const event = { type: 'account.templates-read', reading: 'r', part: 0, templates, last: true } as const
    await submit(scene.house.runtime, { to, event })
    await until(
      () => scene.house.documents.count('people', []),
      (count) => count === 19,
    )
  }

  function captured(name: string, n: number): LeadEvent {
    return { type: 'lead.captured', profile: { name, phone: `98450123${String(n).padStart(2, '0')}` } }
  }

  async function opened(at: { readonly width: number; readonly height: number }, role = 'manager'): Promise<Page> {
    const context = await browser.newContext({ viewport: at, reducedMotion: 'reduce', timezoneId: 'Asia/Kolkata' })
    const page = await context.newPage()
    page.setDefaultTimeout(15_000)
    await signIn(page, url, `${role}@acme.example`)
    return page
  }

  async function look(page: Page, name: string): Promise<void> {
    await page.mouse.move(1, 1)
    for (const theme of ['light', 'dark'] as const) {
      await page.evaluate((to) => void (document.documentElement.dataset['theme'] = to), theme)
      if (pictures !== undefined) await page.screenshot({ path: `${pictures}/${name}-${theme}.png`, fullPage: true })
      expect([name, theme, await axeProblems(page)]).toEqual([name, theme, []])
    }
    await page.evaluate(() => void (document.documentElement.dataset['theme'] = 'light'))
  }

  it('is asked by the keyboard, counted, read with its reasons and people, and saved', async () => {
    const page = await opened({ width: 1440, height: 1000 })
    await page.keyboard.press('g')
    await page.keyboard.press('o')
    await page.getByRole('heading', { name: 'Forecast', exact: true }).waitFor()
    await page.getByText('None yet. What you count is kept here.').waitFor()
    await page.getByLabel('Template', { exact: true }).selectOption({ label: 'open_house (en)' })
    await page.getByText('we open the new towers on Saturday').waitFor()
    // Noon in India is the night in New York.
    const tomorrow = new Date(Date.now() + dayMs).toISOString().slice(0, 10)
    await page.getByLabel('Begins').fill(`${tomorrow}T12:00`)
    await look(page, 'form')
    await page.getByLabel('Begins').press('Enter')

    const goes = page.getByRole('region', { name: 'Goes out' })
    await goes.getByText('9', { exact: true }).first().waitFor()
    const waits = page.getByRole('region', { name: 'Waits' })
    await waits.getByText('it is night where the customer lives').waitFor()
    const never = page.getByRole('region', { name: 'Not sent' })
    await never.getByText('the customer said no').waitFor()
    await never.getByText('there is no number, address or conversation to reach them by').waitFor()
    await page.getByText('A guess: nobody has said what messages cost here.').waitFor()
    await look(page, 'result')

    const saving = page.waitForEvent('download')
    await never.getByRole('button', { name: 'People as CSV: the customer said no' }).click()
    const saved = readFileSync((await (await saving).path()) ?? '', 'utf8')
    expect(saved.split('\n')).toHaveLength(4)
    expect(saved).toContain('acme/lead/no20,Nina 20,+919845012320,,refuse,opted-out,')
    const summary = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Reasons as CSV' }).click()
    const reasons = readFileSync((await (await summary).path()) ?? '', 'utf8')
    expect(reasons).toContain('refuse,no-consent,"the customer has not agreed to messages of this kind",4,,')

    await never.getByRole('link', { name: 'Nina 20' }).click()
    await page.getByRole('heading', { name: 'Nina 20' }).waitFor()
    await page.goBack()
    await page.getByRole('button', { name: 'New forecast' }).click()
    await page.getByRole('link', { name: /9 of 19 would get it/ }).waitFor()
    await page.context().close()
  })

  it('tells of a list whom nobody knows, fits a phone, and speaks Hindi', async () => {
    const page = await opened({ width: 390, height: 844 })
    await page.goto(`${url}/console/#/forecast`)
    await page.getByLabel('Template', { exact: true }).selectOption({ label: 'open_house (en)' })
    await page.getByLabel('Only people of a list').fill('98450 12320\n+34600111222, maya@example.com')
    await page.getByText('3 numbers and addresses found.').waitFor()
    await look(page, 'phone-form')
    await page.getByRole('button', { name: 'Count' }).click()
    await page.getByText('Of 3 on the list: 2 known, 1 not known.').waitFor()
    await look(page, 'phone-result')
    const wide = await page.evaluate(() => document.documentElement.scrollWidth)
    expect(wide).toBeLessThanOrEqual(390)
    await page.evaluate(() => location.assign('#/settings'))
    await page.getByLabel('Language').selectOption('hi')
    await page.goBack()
    await page.getByText('सूची के 3 में से: 2 ज्ञात').waitFor()
    await look(page, 'phone-hindi')
    await page.context().close()
  })

  it('is no place of a sales agent’s, and says what to do when there is nothing to plan with', async () => {
    const page = await opened({ width: 1440, height: 900 }, 'sales-agent')
    await page.getByRole('link', { name: 'Leads' }).waitFor()
    expect(await page.getByRole('link', { name: 'Forecast' }).count()).toBe(0)
    await page.context().close()

    const manager = await opened({ width: 1440, height: 900 })
    await manager.goto(`${url}/console/#/forecast`)
    await manager.getByLabel('Goes by').selectOption('email')
    await manager.getByRole('button', { name: 'Count' }).click()
    await manager.getByText('No mailbox is connected: an admin connects one under Channels.').waitFor()
    await look(manager, 'refused')
    await manager.context().close()
  })
})
