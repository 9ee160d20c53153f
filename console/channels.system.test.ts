import { resolve } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startMetaServer, type MetaServer } from '#gateway/rehearsal/meta-server.ts'
import { startTestHouse, type TestHouse } from '#gateway/testing/test-house.ts'
import { systemClock } from '#runtime/adapters/system/clock.ts'
import { createSystemIds } from '#runtime/adapters/system/ids.ts'
import { buildConsole } from './build.ts'
import { look, signedIn, type Viewport } from './testing/channels-page.ts'
import { chromiumPath, openChromium } from './testing/chromium.ts'

const accessToken = 'EAAG-invented-access-token-1234'
const appSecret = 'contract-test-secret-5678'
const business = '102290129340398'
const account = '106540352242922'

describe.skipIf(chromiumPath() === undefined)('the channels page, on a real gateway with Meta played', () => {
  let browser: Browser
  let house: TestHouse
  let meta: MetaServer
  let url: string
  beforeAll(async () => {
    await buildConsole({ onProgress: () => undefined })
    browser = await openChromium()
    meta = await startMetaServer({
      port: 0,
      clock: systemClock(),
      ids: createSystemIds(),
      appSecret,
      accessToken,
      verifyToken: 'of-the-app',
      business: { wabaId: business, phoneNumberId: account, displayPhoneNumber: '15550783881', portfolioId: '9' },
      delays: { sentMs: 0, deliveredMs: 0 },
    })
    house = await startTestHouse({ graphUrl: meta.url, staticRoot: resolve(import.meta.dirname, '../dist') })
    url = `http://127.0.0.1:${house.port}`
    for (const role of ['admin', 'sales-agent'] as const) {
      const email = `${role}@acme.example`
      const { member } = await house.accounts.invite({ workspace: 'acme', name: `Asha ${role}`, email, role })
      await house.accounts.setPassword(member, 'correct horse', undefined)
    }
  })
  afterAll(async () => {
    await browser.close()
    await house.stop()
    await meta.close()
  })

  const opened = (email: string, at: Viewport) => signedIn(browser, at, [url, email])

  const checked = (page: Page, name: string) =>
    page.getByRole('listitem').filter({ hasText: name }).last().getByText('OK', { exact: true })

  it('leads an admin from nothing to a number that works, and lets them change and remove it', async () => {
    const page = await opened('admin@acme.example', { width: 1200, height: 1500 })
    await page.keyboard.press('g')
    await page.keyboard.press('c')
    await page.getByRole('heading', { name: 'Connect your WhatsApp number' }).waitFor()
    await look(page, 'empty')

    await page.getByLabel('Phone number ID').fill(account)
    await page.getByLabel('WhatsApp business account ID').fill(business)
    await page.getByLabel('Access token').fill('it is not "a token" at all')
    await page.getByLabel('App secret').fill(appSecret)
    await page.keyboard.press('Enter')
    await page.getByText('has characters that no token has').waitFor()
    await page.getByLabel('Access token').fill(accessToken)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'WhatsApp 15550783881' }).waitFor()
    await checked(page, 'Permissions').waitFor()
    await page.getByText('No app is subscribed to this business account.').waitFor()
    await look(page, 'connected')

    await page.getByRole('button', { name: 'Subscribe' }).click()
    await checked(page, 'Meta sends to this server.').waitFor()
    await page.getByLabel('Phone to send to').fill('+34 600 111 222')
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await page.getByText('Meta accepted it.').waitFor()
    await page.getByRole('button', { name: 'Check again' }).click()
    await page.getByText('Last correctly signed: less than a minute ago.').waitFor()
    await page.getByRole('heading', { name: /^Checks.*done$/ }).waitFor()
    await look(page, 'working')

    await page.getByRole('button', { name: /^Actions/ }).click()
    await page.getByRole('menuitem', { name: 'Change the app secret' }).click()
    await page.getByLabel('New app secret').fill('another-invented-secret-9999')
    await page.keyboard.press('Enter')
    await page.getByText('The old app secret, …5678, is still believed.').waitFor()
    await page.getByRole('button', { name: 'Remove the old one' }).click()
    await page.getByText('set, ends with …9999').waitFor()
    await page.getByRole('button', { name: /^Actions/ }).click()
    await page.getByRole('menuitem', { name: 'Edit' }).click()
    await look(page, 'edit')
    expect(await page.content()).not.toContain(accessToken)
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: /^Actions/ }).click()
    await page.getByRole('menuitem', { name: 'Remove' }).click()
    await page.getByRole('button', { name: 'Remove', exact: true }).click()
    await page.getByRole('heading', { name: 'Connect your WhatsApp number' }).waitFor()
    expect(await house.connections.whatsapp('acme')).toEqual([])
    await page.context().close()
  })

  it('fits a phone, in Hindi too, and says what went wrong with a way to try again', async () => {
    await house.connectionDesk?.save('acme', { business, account, accessToken, appSecret })
    const page = await opened('admin@acme.example', { width: 390, height: 844 })
    await page.route('**/v1/connections', (route) => route.abort())
    await page.goto(`${url}/console/#/settings`)
    await page.getByRole('link', { name: 'Channels' }).click()
    await page.getByRole('button', { name: 'Try again' }).waitFor()
    await look(page, 'failed')
    await page.unroute('**/v1/connections')
    await page.getByRole('button', { name: 'Try again' }).click()
    await checked(page, 'Permissions').waitFor()
    await look(page, 'phone')
    const wide = await page.evaluate(() => document.documentElement.scrollWidth)
    expect(wide).toBe(390)
    await page.getByRole('heading', { name: 'Test message' }).scrollIntoViewIfNeeded()
    await look(page, 'phone-end')
    await page.goto(`${url}/console/#/settings`)
    await page.getByLabel('Language').selectOption('hi')
    await page.goto(`${url}/console/#/channels`)
    await page.getByRole('heading', { name: 'वेबहुक' }).waitFor()
    await look(page, 'phone-hindi')
    await page.context().close()
  })

  it('is an admin’s alone', async () => {
    const page = await opened('sales-agent@acme.example', { width: 1200, height: 800 })
    expect(await page.getByRole('link', { name: 'Channels' }).count()).toBe(0)
    await page.goto(`${url}/console/#/channels`)
    await page.getByText('Only admins connect channels').waitFor()
    await look(page, 'not-admin')
    await page.context().close()
  })
})
