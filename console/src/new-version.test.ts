import { describe, expect, it } from 'vitest'
import { loadScreen, NewVersionError } from './new-version.ts'

const gone = () => Promise.reject(new Error('404'))

describe('a screen whose code can not be loaded', () => {
  it('is an older console’s when the server has a newer one', async () => {
    await expect(loadScreen(gone, () => Promise.resolve(true))).rejects.toThrow(NewVersionError)
  })

  it('stays what it is without a line, or while the console is the same', async () => {
    await expect(loadScreen(gone, () => Promise.reject(new Error('no line')))).rejects.toThrow('404')
    await expect(loadScreen(gone, () => Promise.resolve(false))).rejects.toThrow('404')
  })

  it('is given as it is when it loads', async () => {
    expect(await loadScreen(() => Promise.resolve('screen'), gone)).toBe('screen')
  })
})
