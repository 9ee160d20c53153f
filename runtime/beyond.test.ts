import { describe, expect, it } from 'vitest'
import { Beyond } from './beyond.ts'

describe('facts beyond a position', () => {
  it('are counted, however far apart their positions lie', () => {
    const beyond = new Beyond()
    for (const position of [1000, 7000, 7001, 90_000]) beyond.add(position)
    expect([999, 1000, 7000, 89_999, 90_000].map((position) => beyond.count(position))).toEqual([4, 3, 2, 1, 0])
    beyond.add(91_000)
    expect(beyond.count(90_000)).toBe(1)
  })

  it('are remembered up to a bound: then the oldest are forgotten and the count is «at least»', () => {
    const beyond = new Beyond(3)
    for (let position = 1; position <= 10; position++) beyond.add(position)
    expect(beyond.count(0)).toBe(3)
    expect(beyond.count(8)).toBe(2)
  })
})
