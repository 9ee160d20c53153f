import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readServicesWish } from './services-wish.ts'

describe('the words after npm run services', () => {
  it('none: all three, one NATS server, in data/services', () => {
    expect(readServicesWish([])).toEqual({
      kinds: ['nats', 'redis', 'mongo'],
      folder: resolve('data/services'),
      servers: 1,
      bring: false,
      help: false,
    })
  })

  it('choose kinds, a cluster and a folder', () => {
    const wish = readServicesWish(['mongo', '--cluster', 'nats', '--folder', '/tmp/x'])
    expect(wish).toMatchObject({ kinds: ['nats', 'mongo'], folder: '/tmp/x', servers: 3 })
  })

  it('are refused with the word that is wrong', () => {
    expect(() => readServicesWish(['postgres'])).toThrow(
      'There is no server "postgres": it is one of nats, redis, mongo.',
    )
    expect(() => readServicesWish(['--clusters'])).toThrow('--clusters')
  })
})
