import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { RuntimeError, runtimeErrors } from './errors.ts'

test('[H17] an error names the thing, keeps its cause, and says when to try again', () => {
  const cause = new Error('below')
  const error = new RuntimeError('busy', '7 events before one to acme/desk/1', cause)
  expect(error).toMatchObject({ code: 'busy', retry: 'later', status: 503, cause, name: 'RuntimeError' })
  expect(error.message).toBe('7 events before one to acme/desk/1: too many events are waiting to be handled')
})

test('[H17] every code is in the README with its retry and status', () => {
  const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8')
  for (const [code, row] of Object.entries(runtimeErrors)) {
    expect(readme).toContain(`| \`${code}\` | ${row.retry} | ${row.status} |`)
  }
})
