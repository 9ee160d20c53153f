import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const gateway = fileURLToPath(new URL('../..', import.meta.url))
const listed = Array.from({ length: 25 }, (_, index) => index + 1)

/** The 25 tests of the contract with Meta, end to end: `npm run test:contract` runs them. Source of the list: whatsapp-and-lead-ads 6.15. */
it('each of the 25 tests of the contract is there, once', async () => {
  const files = (await readdir(gateway, { recursive: true })).filter((name) => name.endsWith('.system.test.ts'))
  const texts = await Promise.all(files.map((name) => readFile(`${gateway}${name}`, 'utf8')))
  const found = texts.flatMap((text) =>
    [...text.matchAll(/it\('\[6\.15:(\d+)\] /gu)].map(([, number]) => Number(number)),
  )
  expect(found.toSorted((one, other) => one - other)).toEqual(listed)
})
