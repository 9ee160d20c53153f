import type { Page } from 'playwright-core'

/** Signs in on a page at the console's address, as a member of the fake world. */
export async function signIn(page: Page, url: string, email = 'asha@example.com'): Promise<void> {
  await page.goto(`${url}/console/`)
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password').fill('correct horse')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('navigation').waitFor()
}
