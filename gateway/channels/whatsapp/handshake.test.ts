import { describe, expect, it } from 'vitest'
import { answerHandshake } from './handshake.ts'

const query = { 'hub.mode': 'subscribe', 'hub.verify_token': 'ours', 'hub.challenge': '1158201444' }

describe('the handshake', () => {
  it('answers the challenge to our token, and to either while one is being replaced', () => {
    expect(answerHandshake(query, ['ours'])).toBe('1158201444')
    expect(answerHandshake(query, ['next', 'ours'])).toBe('1158201444')
  })

  it('answers nothing to a bad token, and to none', () => {
    expect(answerHandshake({ ...query, 'hub.verify_token': 'theirs' }, ['ours'])).toBeUndefined()
    const { 'hub.verify_token': _, ...without } = query
    expect(answerHandshake(without, ['ours'])).toBeUndefined()
  })

  it('answers nothing where no token is set', () => {
    expect(answerHandshake(query, [])).toBeUndefined()
    expect(answerHandshake({ ...query, 'hub.verify_token': '' }, [''])).toBeUndefined()
  })

  it('answers nothing to another mode, to no challenge, and to a key said twice', () => {
    const wrong = [
      { 'hub.mode': 'unsubscribe' },
      { 'hub.challenge': '' },
      { 'hub.challenge': ['1', '2'] },
      { 'hub.verify_token': ['ours', 'ours'] },
      { 'hub.challenge': 'x'.repeat(1025) },
    ]
    for (const each of wrong) expect(answerHandshake({ ...query, ...each }, ['ours'])).toBeUndefined()
  })
})
