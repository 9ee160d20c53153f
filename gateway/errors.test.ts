import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { RuntimeError } from '#runtime/errors.ts'
import { StorageError } from '#runtime/ports/storage-error.ts'
import { errorTable, GatewayError, problemOf } from './errors.ts'

describe('the table of errors', () => {
  it('is what the README says, row by row', () => {
    const text = readFileSync(new URL('README.md', import.meta.url), 'utf8')
    const rows = [...text.matchAll(/^\| `([a-z-]+)` \| (\d{3}) \| (\w+) \|$/gm)].map(([, code, status, retry]) => [
      code,
      Number(status),
      retry,
    ])
    expect(rows).toEqual(Object.entries(errorTable).map(([code, { status, retry }]) => [code, status, retry]))
  })

  it('gives every error one shape, and strangers no details', () => {
    expect(problemOf(new GatewayError('conflict', 'Taken.'))).toEqual({
      code: 'conflict',
      message: 'Taken.',
      retry: 'never',
    })
    expect(problemOf(new TypeError('secret path')).message).not.toContain('secret')
    expect(problemOf(new RuntimeError('busy', 'acme/lead/1')).code).toBe('busy')
    expect(problemOf(new RuntimeError('history-diverged', 'acme/lead/1'))).toMatchObject({ code: 'internal' })
    expect(problemOf(new StorageError('disk-full', 'full')).code).toBe('unavailable')
    expect(problemOf(new StorageError('cursor-refused', 'not one of ours')).code).toBe('invalid')
    expect(problemOf(new DOMException('late', 'TimeoutError')).code).toBe('timeout')
  })
})
