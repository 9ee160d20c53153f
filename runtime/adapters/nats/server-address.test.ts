import { describe, expect, it } from 'vitest'
import { parseServerAddress } from './server-address.ts'

describe('addresses of servers', () => {
  it('[C2] a user, password or token is taken out of what may be shown', () => {
    expect(parseServerAddress('nats://asha:p%40ss@nats-1:4333')).toEqual({
      shown: 'nats://nats-1:4333',
      tls: false,
      user: 'asha',
      password: 'p@ss',
    })
    expect(parseServerAddress('tls://secret@nats.example.com')).toEqual({
      shown: 'tls://nats.example.com:4222',
      tls: true,
      token: 'secret',
    })
    expect(parseServerAddress(' 127.0.0.1:4222 ')).toEqual({ shown: 'nats://127.0.0.1:4222', tls: false })
    expect(parseServerAddress('nats://[::1]:4222').shown).toBe('nats://[::1]:4222')
  })

  it('[C2] anything else is refused without being repeated', () => {
    for (const wrong of ['', 'ws://user:secret@host', 'nats://', 'http://secret@host:1', 'nats://user:secret@'])
      expect(() => parseServerAddress(wrong)).toThrow(
        expect.objectContaining({ code: 'store-unsuitable', message: expect.not.stringContaining('secret') }),
      )
  })
})
