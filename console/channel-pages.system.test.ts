import { resolve } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { leadAdsDefaults } from '#gateway/rehearsal/business.ts'
import { pageSecrets, startPageHouse, type PageHouse } from '#gateway/testing/page-house.ts'
import { buildConsole } from './build.ts'
import { look, openChannels, type Viewport } from './testing/channels-page.ts'
import { chromiumPath, openChromium } from './testing/chromium.ts'

const { pageId } = leadAdsDefaults

describe.skipIf(chromiumPath() === undefined)('Pages on the channels page, on a real gateway with Meta played', () => {
  let browser: Browser
  let scene: PageHouse
  beforeAll(async () => {
    await buildConsole({ onProgress: () => undefined })
    browser = await openChromium()
    scene = await startPageHouse({ staticRoot: resolve(import.meta.dirname, '../dist') })
    const { accounts } = scene.house
    const email = 'admin@acme.example'
    const { member } = await accounts.invite({ workspace: 'acme', name: 'Asha', email, role: 'admin' })
    await accounts.setPassword(member, 'correct horse', undefined)
  })
  afterAll(async () => {
    await browser.close()
    await scene.stop()
  })

  const opened = (at: Viewport) => openChannels(browser, at, scene.house.port)

  it('leads an admin from nothing to a Page that works, and lets them change and remove it', async () => {
    await scene.house.pages.remove('acme', pageId)
    const page = await opened({ width: 1200, height: 1800 })
    await page.getByRole('button', { name: 'Connect a Page' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Page ID').fill(pageId)
    await dialog.getByLabel('Page access token').fill('it is not "a token" at all')
    await dialog.getByLabel('App secret').fill(pageSecrets.appSecret)
    await dialog.getByLabel('What ticked boxes agree to').fill('offers: whatsapp, email')
    await dialog.getByLabel('Page access token').press('Enter')
    await page.getByText('has characters that no token has').waitFor()
    await look(page, 'page-form')
    await dialog.getByLabel('Page access token').fill(pageSecrets.accessToken)
    await dialog.getByLabel('Page access token').press('Enter')
    await page.getByRole('heading', { name: 'Riverside Homes' }).waitFor()
    await page.getByText('Meta does not tell your app of: feed, messages.').waitFor()
    await look(page, 'page-connected')
    await page.getByRole('article').getByRole('button', { name: 'Subscribe' }).click()
    await page.getByText('Meta tells your app of leads, comments and messages.').waitFor()
    await page.getByText('Meta sends to this server.').first().waitFor()
    expect(await scene.house.pages.page('acme', pageId)).toMatchObject({
      consents: { offers: ['whatsapp:marketing', 'email:marketing'] },
    })
    await page.getByRole('button', { name: /^Actions/ }).click()
    await page.getByRole('menuitem', { name: 'Edit' }).click()
    expect(await page.getByLabel('What ticked boxes agree to').inputValue()).toBe('offers: whatsapp, email')
    expect(await page.content()).not.toContain(pageSecrets.accessToken)
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved.').last().waitFor()
    await page.getByRole('button', { name: /^Actions/ }).click()
    await page.getByRole('menuitem', { name: 'Remove' }).click()
    await page.getByRole('button', { name: 'Remove', exact: true }).click()
    await page.getByText('Riverside Homes was removed.').waitFor()
    expect(await scene.house.pages.list('acme')).toEqual([])
    await page.context().close()
  })

  it('fits a phone', async () => {
    await scene.house.pages.save('acme', { page: pageId, ...pageSecrets })
    const page = await opened({ width: 390, height: 844 })
    await page.getByRole('heading', { name: 'Riverside Homes' }).waitFor()
    await look(page, 'page-phone')
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
    await page.context().close()
  })
})
