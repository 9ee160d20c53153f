import { describe, expect, it } from 'vitest'
import { globalBindings, inboxBindings, noKeys, pressKey, type KeyPress } from './keymap.ts'

const bindings = [...globalBindings, ...inboxBindings]
const press = (key: string, change: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrl: false,
  meta: false,
  alt: false,
  typing: false,
  atMs: 0,
  ...change,
})

describe('the keys', () => {
  it('takes a single key', () => expect(pressKey(bindings, noKeys, press('t')).action).toBe('take-over'))

  it('takes a sequence within its time, and not after it', () => {
    const first = pressKey(bindings, noKeys, press('g', { atMs: 0 }))
    expect(first.action).toBeUndefined()
    expect(pressKey(bindings, first.state, press('f', { atMs: 900 })).action).toBe('go.funnel')
    expect(pressKey(bindings, first.state, press('f', { atMs: 5000 })).action).toBe('inbox.search')
  })

  it('does not assign when the second key of a sequence is also a key of its own', () => {
    const first = pressKey(bindings, noKeys, press('g'))
    expect(pressKey(bindings, first.state, press('a')).action).toBe('go.actors')
  })

  it('leaves letters alone while one types, but not ⌘K', () => {
    expect(pressKey(bindings, noKeys, press('e', { typing: true })).action).toBeUndefined()
    expect(pressKey(bindings, noKeys, press('k', { typing: true, meta: true })).action).toBe('commands')
  })

  it('does not take the browser’s own keys', () => {
    expect(pressKey(bindings, noKeys, press('r', { ctrl: true })).action).toBeUndefined()
    expect(pressKey(bindings, noKeys, press('a', { alt: true })).action).toBeUndefined()
  })

  it('gives no key to two actions', () => {
    const keys = bindings.map((binding) => binding.keys)
    expect(new Set(keys).size).toBe(keys.length)
  })
})
