import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { signIn } from '#bench/live.ts'
import { startServer, type ServerProcess } from '#bench/server-process.ts'
import { connectVisitor, type Visitor } from '#bench/visitor.ts'
import { openChromium } from '#console/testing/chromium.ts'
import { buildConsole } from '#console/build.ts'

const folder = resolve(import.meta.dirname, '../docs/screenshots')
const password = 'a long sample password'
const saying = [
  '3 bhk in whitefield under 1.2 crore',
  "what's the emi on the first one with 20% down",
  'can i see it saturday at 11',
]

/** `npm run screenshots`: lets customers chat with a fresh sample workspace and takes the pictures that the pages show. */
async function main(): Promise<void> {
  await buildConsole({ onProgress: (line) => console.log(line) })
  mkdirSync(folder, { recursive: true })
  const dataFolder = mkdtempSync(join(tmpdir(), 'fineacers-'))
  const server = await startServer({ dataFolder })
  const browser = await openChromium()
  try {
    await pictures(server, browser)
    await rehearsalPictures(browser)
  } finally {
    await browser.close()
    await server.stop()
    rmSync(dataFolder, { recursive: true, force: true })
  }
}

/** A customer on the phone of the rehearsal, taken over in the console, who has had enough in the end. */
async function rehearsalPictures(browser: Browser): Promise<void> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'fineacers-'))
  const server = await startServer({ dataFolder, command: 'rehearse', environment: { REHEARSAL_PORT: '0' } })
  try {
    const phone = await browser.newPage({ viewport: { width: 1360, height: 850 } })
    await phone.goto(/phone\s+(http\S+)/.exec(server.printed())?.[1] ?? '')
    const say = async (text: string): Promise<void> => {
      await phone.fill('#text', text)
      await phone.keyboard.press('Enter')
      await phone.waitForTimeout(3500)
    }
    await say(saying[0] ?? '')
    await setPassword(server)
    const page = await signedIn(browser, server)
    await say('I want to talk to a person')
    await shoot(phone, 'whatsapp-phone')
    await page.getByText('Ana Ruiz').first().click()
    await page.waitForTimeout(800)
    await page.keyboard.press('t')
    await page.waitForTimeout(1500)
    await page.keyboard.type('Hello Ana, Asha here. When would you like to see it?')
    await page.keyboard.press('Enter')
    await page.waitForTimeout(2500)
    await say('STOP')
    await shoot(page, 'whatsapp-inbox')
    await page
      .getByRole('log')
      .getByRole('button', { name: /Why\?$/ })
      .last()
      .click()
    await page.waitForTimeout(600)
    await shoot(page, 'whatsapp-why')
    await page.keyboard.press('Escape')
    await at(page, server, 'channels')
    await page.getByRole('heading', { name: 'Checks' }).first().scrollIntoViewIfNeeded()
    await page.mouse.wheel(0, 500)
    await page.waitForTimeout(2000)
    await shoot(page, 'whatsapp-channels')
  } finally {
    await server.stop()
    rmSync(dataFolder, { recursive: true, force: true })
  }
}

/** The console, signed in as the admin whose password was set. */
async function signedIn(browser: Browser, server: ServerProcess): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1360, height: 850 } })
  await page.goto(`${server.url}/console/`)
  await page.locator('input').first().fill('admin@example.com')
  await page.locator('input[type=password]').fill(password)
  await page.keyboard.press('Enter')
  await page.waitForTimeout(1500)
  return page
}

async function pictures(server: ServerProcess, browser: Browser): Promise<void> {
  await setPassword(server)
  const crowd = await chats(server)
  const customer = await widgetPicture(server, browser)
  const page = await signedIn(browser, server)
  await page.getByText('I want to talk to a person').first().click()
  await page.waitForTimeout(800)
  await page.keyboard.press('t')
  await page.waitForTimeout(800)
  await shoot(page, 'inbox')
  await at(page, server, 'funnel')
  await shoot(page, 'funnel')
  await at(page, server, `actor/${encodeURIComponent(crowd[0]?.conversation ?? '')}`)
  await page.waitForTimeout(1500)
  await shoot(page, 'actor')
  await customer.close()
  for (const visitor of crowd) visitor.close()
}

async function widgetPicture(server: ServerProcess, browser: Browser): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1360, height: 850 } })
  await page.goto(server.url)
  await page.waitForTimeout(800)
  await page
    .locator('input')
    .first()
    .fill(saying[0] ?? '')
  await page.keyboard.press('Enter')
  await page.waitForTimeout(3000)
  await shoot(page, 'widget')
  return page
}

/** A few conversations, the newest of which asks for a person. */
async function chats(server: ServerProcess): Promise<readonly Visitor[]> {
  const names = ['Priya Nair', 'Rahul Mehta', 'Fatima Sheikh', 'Arjun Rao', 'Sneha Iyer']
  const crowd: Visitor[] = []
  for (const [index, name] of names.entries()) {
    const visitor = await connectVisitor(server.url, 'demo')
    crowd.push(visitor)
    await visitor.command({ type: 'identify', name })
    const says = [
      ...saying.slice(0, 1 + (index % 3)),
      ...(index === names.length - 1 ? ['I want to talk to a person'] : []),
    ]
    for (const [turn, text] of says.entries()) {
      const reply = await visitor.command({ type: 'message.send', clientId: `s${turn}`, text })
      const n = reply.ok ? reply.value.n : 0
      await visitor.until(
        () => visitor.messages.some((message) => message.n > n && message.author.kind !== 'customer'),
        15_000,
      )
    }
  }
  return crowd
}

async function setPassword(server: ServerProcess): Promise<void> {
  const { accessToken } = await signIn(server)
  const answer = await fetch(`${server.url}/v1/auth/password`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${accessToken}` },
    body: JSON.stringify({ password, name: 'Asha Rao' }),
  })
  if (!answer.ok) throw new Error(`setting the password answered ${answer.status}: ${await answer.text()}`)
}

async function at(page: Page, server: ServerProcess, place: string): Promise<void> {
  await page.goto(`${server.url}/console/#/${place}`)
  await page.waitForTimeout(1500)
}

async function shoot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(folder, `${name}.png`) })
  console.log(`docs/screenshots/${name}.png`)
}

await main()
