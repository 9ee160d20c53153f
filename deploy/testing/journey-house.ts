/** A real server on a data folder of its own, with one browser in which people sign in and chat as they would. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { startServer, type ServerProcess } from '#bench/server-process.ts'
import { buildConsole } from '#console/build.ts'
import { openChromium } from '#console/testing/chromium.ts'
import { addressOf } from '#runtime/address.ts'
import type { JsonObject } from '#runtime/json.ts'
import { readConfig } from '../config.ts'
import { composeHouse } from '../start-house.ts'

/** How long a person is ready to wait for anything on the screen. */
const patienceMs = 15_000

/** The conversation whose actor has failed before the server starts. */
export const brokenConversation = addressOf('demo', 'conversation', 'broken')

export interface JourneyHouse {
  readonly server: ServerProcess
  readonly browser: Browser
  /** A browser without memory. */
  context(options?: Parameters<Browser['newContext']>[0]): Promise<BrowserContext>
  stop(): Promise<void>
}

/** Builds what browsers load, leaves a dead letter in the folder, and starts the server on it. */
export async function startJourneyHouse(): Promise<JourneyHouse> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'fineacers-journey-'))
  await buildConsole({ onProgress: () => undefined })
  await leaveDeadLetter(dataFolder)
  return inBrowser(await startServer({ dataFolder }), dataFolder)
}

/** The same as `npm run rehearse` starts it, beside an emulator of Meta whose page is at `phone`. */
export async function startRehearsedHouse(): Promise<JourneyHouse & { readonly phone: string }> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'fineacers-rehearsal-'))
  await buildConsole({ onProgress: () => undefined })
  const server = await startServer({ dataFolder, command: 'rehearse', environment: { REHEARSAL_PORT: '0' } })
  const phone = /phone\s+(http\S+)/.exec(server.printed())?.[1] ?? ''
  return { ...(await inBrowser(server, dataFolder)), phone }
}

async function inBrowser(server: ServerProcess, dataFolder: string): Promise<JourneyHouse> {
  const browser = await openChromium()
  return {
    server,
    browser,
    context: async (options) => {
      const context = await browser.newContext({
        viewport: { width: 1360, height: 860 },
        locale: 'en-IN',
        timezoneId: 'Asia/Kolkata',
        reducedMotion: 'reduce',
        ...options,
      })
      context.setDefaultTimeout(patienceMs)
      return context
    },
    stop: async () => {
      await browser.close()
      await server.stop()
      rmSync(dataFolder, { recursive: true, force: true })
    },
  }
}

/** A customer's message that came without its text: no step can be made of it, so the conversation waits for repair. */
async function leaveDeadLetter(dataFolder: string): Promise<void> {
  const config = readConfig({ FINEACERS_DATA: dataFolder, PORT: '0' })
  const house = await composeHouse({ ...config, sample: 'no' }, () => undefined)
  const events: readonly (JsonObject & { readonly type: string })[] = [
    { type: 'conversation.opened', channel: 'widget', visitorId: 'broken', language: 'en', timeZone: 'Asia/Kolkata' },
    { type: 'message.received', clientId: 'm1', complete: true, channel: 'widget' },
  ]
  for (const event of events) {
    await house.runtime.submit({ to: brokenConversation, event }, AbortSignal.timeout(10_000))
  }
  await house.close()
}

/** Opens the demo page and the chat on it. */
export async function visit(house: JourneyHouse, context: BrowserContext): Promise<Page> {
  const page = await context.newPage()
  await page.goto(house.server.url)
  await page.getByRole('button', { name: /^Chat with us/ }).click()
  await page.getByText('An AI assistant answers').waitFor()
  return page
}

/** Writes into the chat and sends. */
export async function say(page: Page, text: string): Promise<void> {
  const field = page.getByLabel('Your message')
  await field.fill(text)
  await field.press('Enter')
}

/** Comes with a one-time code, chooses a password and a name, and is in the inbox. */
export async function comeIn(house: JourneyHouse, code: string, name: string): Promise<Page> {
  const page = await (await house.context()).newPage()
  await page.goto(`${house.server.url}/console/`)
  await page.getByRole('button', { name: 'Use a one-time code' }).click()
  await page.getByLabel('One-time code').fill(code)
  await page.keyboard.press('Enter')
  await page.getByLabel('Your name').fill(name)
  await page.getByLabel('New password').fill('a long sample password')
  await page.keyboard.press('Enter')
  await page.getByRole('navigation').waitFor()
  return page
}

/** The admin invites somebody; answers the code for them. */
export async function invite(admin: Page, name: string): Promise<string> {
  await goTo(admin, 'Team')
  await admin.getByRole('button', { name: 'Invite a member' }).click()
  const dialog = admin.getByRole('dialog')
  await dialog.getByLabel('Name').fill(name)
  await dialog.getByLabel('Email').fill(`${name.split(' ')[0]?.toLowerCase() ?? ''}@example.com`)
  await dialog.getByRole('button', { name: 'Make an invitation' }).click()
  const code = await dialog.getByRole('status').textContent()
  await admin.keyboard.press('Escape')
  return code ?? ''
}

/** Goes to a screen by the rail. */
export async function goTo(page: Page, name: string): Promise<void> {
  await page
    .getByRole('navigation')
    .getByRole('link', { name: new RegExp(`^${name}`) })
    .click()
}
