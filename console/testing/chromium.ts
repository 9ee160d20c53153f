import { existsSync } from 'node:fs'
import { chromium, type Browser } from 'playwright-core'

const usualPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** The Chromium to test with: `CHROMIUM_PATH`, else where systems put it; `undefined` when there is none and browser tests are skipped. */
export function chromiumPath(): string | undefined {
  const given = process.env['CHROMIUM_PATH']
  return given === undefined || given === '' ? usualPlaces.find((path) => existsSync(path)) : given
}

/** Starts it. Throws when there is none. */
export function openChromium(): Promise<Browser> {
  const executablePath = chromiumPath()
  if (executablePath === undefined) throw new Error('there is no Chromium: install it, or name it in CHROMIUM_PATH')
  return chromium.launch({ executablePath, args: ['--no-sandbox'] })
}
