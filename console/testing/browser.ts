import { chromium, type Browser, type Page } from 'playwright-core'

/** Debian's Chromium, or `CHROMIUM_PATH`. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  })
}

/** Signs in on a page at the console's address, as a member of the fake world. */
export async function signIn(page: Page, url: string, email = 'asha@example.com'): Promise<void> {
  await page.goto(`${url}/console/`)
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password').fill('correct horse')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('navigation').waitFor()
}
