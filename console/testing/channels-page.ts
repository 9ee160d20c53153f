/** What the system tests of the channels page share. */
import type { Browser, Page } from 'playwright-core'
import { expect } from 'vitest'
import { axeProblems } from './axe.ts'
import { signIn } from './browser.ts'

/** How large the window is, in pixels. */
export interface Viewport {
  readonly width: number
  readonly height: number
}

/** A page of one's own, signed in at the console's address. */
export async function signedIn(
  browser: Browser,
  at: Viewport,
  as: readonly [url: string, email: string],
): Promise<Page> {
  const context = await browser.newContext({ viewport: at, reducedMotion: 'reduce' })
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  await signIn(page, ...as)
  return page
}

/** The channels page, as the admin of the test house `acme` sees it. */
export async function openChannels(browser: Browser, at: Viewport, port: number): Promise<Page> {
  const url = `http://127.0.0.1:${port}`
  const page = await signedIn(browser, at, [url, 'admin@acme.example'])
  await page.goto(`${url}/console/#/channels`)
  return page
}

/** Pictures of the page are left here when it is set. */
const pictures = process.env['CHANNELS_PICTURES']

/** Finds nothing that keeps anybody out, in either theme, and leaves a picture of each where one is asked for. */
export async function look(page: Page, name: string): Promise<void> {
  for (const theme of ['light', 'dark'] as const) {
    await page.evaluate((to) => void (document.documentElement.dataset['theme'] = to), theme)
    if (pictures !== undefined) await page.screenshot({ path: `${pictures}/${name}-${theme}.png` })
    expect([name, theme, await axeProblems(page)]).toEqual([name, theme, []])
  }
  await page.evaluate(() => void (document.documentElement.dataset['theme'] = 'light'))
}
