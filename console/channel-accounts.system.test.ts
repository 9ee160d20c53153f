import { resolve } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mailbox, openMailDesk, type MailDesk } from '#gateway/channels/email/testing/mail-desk.ts'
import { openSmsDesk, smsNumber, type SmsDesk } from '#gateway/channels/sms/testing/sms-desk.ts'
import { startTestHouse, type TestHouse } from '#gateway/testing/test-house.ts'
import { buildConsole } from './build.ts'
import { look, openChannels, type Viewport } from './testing/channels-page.ts'
import { chromiumPath, openChromium } from './testing/chromium.ts'

describe.skipIf(chromiumPath() === undefined)(
  'SMS and email on the channels page, on a real gateway with the providers played',
  () => {
    let browser: Browser
    let desk: SmsDesk
    let mail: MailDesk
    let house: TestHouse
    beforeAll(async () => {
      await buildConsole({ onProgress: () => undefined })
      browser = await openChromium()
      desk = await openSmsDesk()
      await desk.channelDesks.sms.accounts.remove('acme', smsNumber.account)
      mail = await openMailDesk()
      await mail.channelDesks.email.accounts.remove('acme', mailbox.account)
      const channelDesks = { sms: desk.channelDesks.sms, email: mail.channelDesks.email }
      house = await startTestHouse({
        senders: desk.senders,
        channelDesks,
        staticRoot: resolve(import.meta.dirname, '../dist'),
      })
      desk.reachedAt(`http://127.0.0.1:${house.port}`)
      const email = 'admin@acme.example'
      const { member } = await house.accounts.invite({ workspace: 'acme', name: 'Asha', email, role: 'admin' })
      await house.accounts.setPassword(member, 'correct horse', undefined)
    })
    afterAll(async () => {
      await browser.close()
      await house.stop()
      await desk.close()
      await mail.close()
    })

    const opened = (at: Viewport) => openChannels(browser, at, house.port)

    it('leads an admin from nothing to a number that works, and lets them change and remove it', async () => {
      const page = await opened({ width: 1200, height: 1800 })
      await page.getByRole('button', { name: 'Connect an SMS number' }).click()
      await page.getByLabel('Number', { exact: true }).fill('0600 111 222')
      await page.getByLabel('Account SID').fill(smsNumber.accountSid)
      await page.getByLabel('Auth token').fill(smsNumber.authToken)
      await page.keyboard.press('Enter')
      await page.getByText('has to be a number with + and country code').waitFor()
      await look(page, 'sms-form')
      await page.getByLabel('Number', { exact: true }).fill(smsNumber.account)
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: smsNumber.account }).waitFor()
      await page.getByText('The account is active.').waitFor()
      await page.getByText('Messages to the number go nowhere.').waitFor()
      await look(page, 'sms-connected')
      await desk.says('+34600111222', 'Hello')
      await page.getByRole('button', { name: 'Check again' }).click()
      await page.getByText('Rightly signed messages have come in the last days.').waitFor()
      await page.getByLabel('Phone to send an SMS to').fill('+34 600 111 222')
      await page.getByRole('button', { name: 'Send a test' }).click()
      await page.getByText('The provider accepted it.').waitFor()
      await look(page, 'sms-working')
      await page.getByRole('button', { name: /^Actions/ }).click()
      await page.getByRole('menuitem', { name: 'Edit' }).click()
      await page.getByText('Set. Leave it empty to keep it.').waitFor()
      expect(await page.content()).not.toContain(smsNumber.authToken)
      await page.getByRole('button', { name: 'Save' }).click()
      await page.getByText('Saved.').last().waitFor()
      await page.getByRole('button', { name: /^Actions/ }).click()
      await page.getByRole('menuitem', { name: 'Remove' }).click()
      await page.getByRole('button', { name: 'Remove', exact: true }).click()
      await page.getByText(`${smsNumber.account} was removed.`).waitFor()
      expect(await desk.channelDesks.sms.accounts.list('acme')).toEqual([])
      await page.context().close()
    })

    it('leads an admin to a mailbox that works, and tells how its domain is', async () => {
      const page = await opened({ width: 1200, height: 1800 })
      await page.getByRole('button', { name: 'Connect a mailbox' }).click()
      const fill = (label: string, text: string) => page.getByLabel(label, { exact: true }).fill(text)
      await fill('Address', mailbox.account)
      await fill('Sender’s name', mailbox.senderName)
      for (const [way, port] of [
        ['outgoing mail', mail.smtp.port],
        ['incoming mail', mail.imap.port],
      ] as const) {
        await fill(`Server for ${way} (${way === 'outgoing mail' ? 'SMTP' : 'IMAP'})`, '127.0.0.1')
        await fill(`Port for ${way}`, String(port))
        await page.getByLabel(`Security of ${way}`).selectOption('none')
        await fill(`User for ${way}`, 'hello')
        await fill(`Password for ${way}`, mail.password)
      }
      await look(page, 'email-form')
      await page.getByRole('button', { name: 'Connect', exact: true }).last().click()
      await page.getByRole('heading', { name: mailbox.account }).waitFor()
      await page.getByText('The server lets us in, and the inbox opens.').waitFor()
      await page.getByText('No key was found under the usual selectors.').waitFor()
      await page.getByLabel('Address to send a mail to').fill('ana@example.com')
      await page.getByRole('button', { name: 'Send a test' }).click()
      await page.getByText('The mail server took it.').waitFor()
      await look(page, 'email-working')
      expect(mail.smtp.taken).toHaveLength(1)
      await page.context().close()
    })

    it('fits a phone', async () => {
      const { account, accountSid, authToken } = smsNumber
      await desk.channelDesks.sms.accounts.save('acme', { settings: { account, accountSid }, secrets: { authToken } })
      const page = await opened({ width: 390, height: 844 })
      await page.getByText('The account is active.').waitFor()
      await look(page, 'sms-phone')
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
      await page.context().close()
    })
  },
)
