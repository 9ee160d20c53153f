import { crc32, deflateSync } from 'node:zlib'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildConsole } from '#console/build.ts'
import { axeProblems } from '#console/testing/axe.ts'
import { signIn } from '#console/testing/browser.ts'
import { chromiumPath, openChromium } from '#console/testing/chromium.ts'
import { addressOf } from '#runtime/address.ts'
import { contactId } from '#machines/contact-writing.ts'
import type { UploadedFile } from '../protocol.ts'
import { member } from '../testing/test-clients.ts'
import { metaNumber, startWhatsAppHouse, type WhatsAppHouse } from '../testing/whatsapp-house.ts'

/** Pictures of the page are left here when it is set. */
const pictures = process.env['FILES_PICTURES']
const ana = '34600111222'
const conversation = addressOf('acme', 'conversation', contactId('whatsapp', metaNumber.account, ana))
const staticRoot = new URL('../../dist', import.meta.url).pathname

describe.skipIf(chromiumPath() === undefined)('files in the console', () => {
  let browser: Browser
  let scene: WhatsAppHouse
  beforeAll(async () => {
    await buildConsole({ onProgress: () => undefined })
    browser = await openChromium()
    scene = await startWhatsAppHouse({ staticRoot })
    const { accounts } = scene.house
    const asha = { workspace: 'acme', name: 'Asha', email: 'asha@example.com', role: 'admin' } as const
    const { code } = await accounts.invite(asha)
    const { member } = await accounts.byCode(code)
    await accounts.setPassword(member, 'correct horse', undefined)
  }, 180_000)
  afterAll(async () => {
    await browser.close()
    await scene.stop()
  })

  async function opened(at: { readonly width: number; readonly height: number }): Promise<Page> {
    const context = await browser.newContext({ viewport: at, reducedMotion: 'reduce' })
    const page = await context.newPage()
    page.setDefaultTimeout(10_000)
    const url = `http://127.0.0.1:${scene.house.port}`
    await signIn(page, url)
    await page.goto(`${url}/console/#/inbox/all/${encodeURIComponent(conversation)}`)
    await page.getByRole('log').waitFor()
    return page
  }

  async function look(page: Page, name: string): Promise<void> {
    for (const theme of ['light', 'dark'] as const) {
      await page.evaluate((to) => void (document.documentElement.dataset['theme'] = to), theme)
      if (pictures !== undefined) await page.screenshot({ path: `${pictures}/${name}-${theme}.png` })
      expect([name, theme, await axeProblems(page)]).toEqual([name, theme, []])
    }
    await page.evaluate(() => void (document.documentElement.dataset['theme'] = 'light'))
  }

  it('are shown where they are safe, played, saved, and told of when they are lost', { timeout: 60_000 }, async () => {
    const phone = scene.meta.phone(ana)
    phone.says('Hello')
    await phone.arrival()
    const page = await opened({ width: 1440, height: 900 })
    const log = page.getByRole('log')
    phone.sendsImage(pngOf(640, 400), { mimeType: 'image/png', caption: 'My kitchen' })
    const picture = log.getByRole('img', { name: 'Photo' })
    await picture.waitFor()
    await expect.poll(() => picture.evaluate((each: HTMLImageElement) => each.naturalWidth)).toBe(640)
    // Whoever read the end still does.
    await expect
      .poll(() => log.evaluate((each) => each.scrollHeight - each.scrollTop - each.clientHeight))
      .toBeLessThan(2)
    await look(page, 'files-photo')
    phone.sendsFile('voice', silence(120), { mimeType: 'audio/mpeg' })
    await log.locator('audio').waitFor()
    phone.sendsFile('document', Buffer.from('%PDF-1.7 a plan'), { filename: 'plan.pdf' })
    await log.getByRole('link', { name: 'Save, 1 KB' }).waitFor()
    phone.sendsImage(Buffer.from('no picture'))
    await log.getByText('Not kept: it is not what it says it is.').waitFor()
    await look(page, 'files-in')
    const link = await log.getByRole('link', { name: 'Open Photo' }).getAttribute('href')
    expect((await fetch(`http://127.0.0.1:${scene.house.port}${link}`)).headers.get('content-type')).toBe('image/png')
    await page.context().close()
  })

  it(
    'are sent from the composer, checked before they go up, and can be taken out again',
    { timeout: 60_000 },
    async () => {
      const page = await opened({ width: 1440, height: 900 })
      await page.getByRole('button', { name: 'Take over' }).first().click()
      const box = page.getByRole('textbox', { name: /^Reply to/ })
      await box.waitFor()
      const png = { name: 'kitchen.png', mimeType: 'image/png', buffer: pngOf(300, 200) }
      const large = { name: 'large.png', mimeType: 'image/png', buffer: Buffer.alloc(6 * 1024 * 1024) }
      await page.getByTestId('attach').setInputFiles([png, large])
      const tray = page.getByRole('list', { name: 'Files to be sent' })
      await tray.getByText('Ready to send').waitFor()
      await tray.getByText('Too large: at most 5 MB here.').waitFor()
      const send = page.getByRole('button', { name: 'Send', exact: true })
      expect(await send.isDisabled()).toBe(true)
      await look(page, 'files-out')
      await tray.getByRole('button', { name: 'Do not send large.png' }).click()
      await box.fill('Here it is')
      await send.click()
      const arrived = await scene.meta.phone(ana).arrival(({ type }) => type === 'image')
      expect(arrived.content).toMatchObject({ image: { caption: 'Here it is' } })
      await page.getByRole('log').getByRole('img', { name: 'kitchen.png' }).waitFor()
      await tray.waitFor({ state: 'detached' })
      await page.setViewportSize({ width: 390, height: 800 })
      await look(page, 'files-narrow')
      await page.context().close()
    },
  )

  it('are seen in the widget by the customer they were sent to', { timeout: 60_000 }, async () => {
    const { house } = scene
    const url = `http://127.0.0.1:${house.port}`
    const context = await browser.newContext({ viewport: { width: 1000, height: 800 }, reducedMotion: 'reduce' })
    await context.route(`${url}/host.html`, (route) => route.fulfill({ contentType: 'text/html', body: hostPage }))
    const page = await context.newPage()
    page.setDefaultTimeout(10_000)
    await page.goto(`${url}/host.html`)
    await page.getByRole('button', { name: /Chat with us/ }).click()
    await page.getByRole('textbox').fill('Hello')
    await page.getByRole('textbox').press('Enter')
    await page.getByText('You said: Hello').waitFor()
    const priya = await member(house, { name: 'Priya' })
    const { rows } = await priya.command({ type: 'inbox.open', query: { view: 'all', limit: 10 } })
    const talk = rows.find(({ channel }) => channel === 'widget')?.conversation ?? ''
    await priya.command({ type: 'take-over', conversation: talk })
    const form = new FormData()
    form.append('file', new Blob([Uint8Array.from(pngOf(400, 300))], { type: 'image/png' }), 'kitchen.png')
    const headers = { authorization: `Bearer ${priya.accessToken}` }
    const sent = await fetch(`${url}/v1/files`, { method: 'POST', headers, body: form })
    const { file } = (await sent.json()) as UploadedFile
    const files = [{ file, filename: 'kitchen.png' }]
    await priya.command({ type: 'message.send', conversation: talk, clientId: 'm1', text: 'The kitchen', files })
    const picture = page.getByRole('img', { name: 'kitchen.png' })
    await picture.waitFor()
    await expect.poll(() => picture.evaluate((each: HTMLImageElement) => each.naturalWidth)).toBe(400)
    if (pictures !== undefined) await page.screenshot({ path: `${pictures}/widget.png` })
    priya.close()
    await context.close()
  })
})

/** A page of somebody's with the widget on it. */
const hostPage =
  '<!doctype html><html lang="en"><title>Homes</title><script async src="/widget/loader.js" data-workspace="acme"></script>'

/** A plain picture that a browser can read. */
function pngOf(width: number, height: number): Buffer {
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(width * 3, Buffer.from([0x9c, 0xb8, 0xa6]))])
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, 2, 0, 0, 0], 8)
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(Buffer.concat(Array.from({ length: height }, () => row)))),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}

/** So many frames of an MP3 in which nothing is heard. */
function silence(frames: number): Buffer {
  const frame = Buffer.concat([Buffer.from([0xff, 0xfb, 0x90, 0x64]), Buffer.alloc(413)])
  return Buffer.concat(Array.from({ length: frames }, () => frame))
}
