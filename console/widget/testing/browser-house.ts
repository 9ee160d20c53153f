/** Builds widget and demo once into a folder of its own, serves them by a fake gateway, and opens Chromium on it. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { openChromium } from '../../testing/chromium.ts'
import { buildDemo } from '../../vite.demo.ts'
import { buildWidget } from '../../vite.widget.ts'
import { startFakeGateway, type FakeGateway, type FakeGatewayOptions } from './fake-gateway.ts'

export interface BrowserHouse {
  readonly browser: Browser
  readonly gateway: FakeGateway
  /** Where the build lies. */
  readonly dist: string
  /** A context of its own (a browser without memory). */
  context(options?: BrowserContextOptions): Promise<BrowserContext>
  close(): Promise<void>
}

/** A fresh build, a fake gateway and a browser. */
export async function startBrowserHouse(options: Omit<FakeGatewayOptions, 'dist'> = {}): Promise<BrowserHouse> {
  const dist = await mkdtemp(join(tmpdir(), 'fineacers-widget-'))
  await Promise.all([buildWidget(join(dist, 'widget')), buildDemo(join(dist, 'demo'))])
  const gateway = await startFakeGateway({ ...options, dist })
  const browser = await openChromium()
  return {
    browser,
    gateway,
    dist,
    context: (each) =>
      browser.newContext({ locale: 'en-IN', timezoneId: 'Asia/Kolkata', reducedMotion: 'reduce', ...each }),
    close: async () => {
      await browser.close()
      await gateway.close()
      await rm(dist, { recursive: true, force: true })
    },
  }
}

/** Opens a page and the panel on it. */
export async function openPanel(context: BrowserContext, address: string): Promise<Page> {
  const page = await context.newPage()
  await page.goto(address)
  await page.getByRole('button', { name: /^Chat with us/ }).click()
  await page.getByText('An AI assistant answers').waitFor()
  return page
}

/** Writes into the composer and presses Enter. */
export async function say(page: Page, text: string): Promise<void> {
  const field = page.getByLabel('Your message')
  await field.fill(text)
  await field.press('Enter')
}

/** The texts in the visitor's own bubbles. */
export function ownTexts(page: Page): Promise<string[]> {
  return page.locator('.is-own .bubble').allTextContents()
}
