import { describe, expect, it } from 'vitest'
import type { PublicMessage } from '#gateway/protocol.ts'
import { judgeTranscript, standingAfter } from './transcript-judge.ts'

type Notice = 'handed-off' | 'taken-over' | 'handed-back' | 'closed' | 'reopened'
type Line = readonly [by: 'customer' | 'assistant' | 'member' | Notice, clientId?: string]

function authorOf(by: Line[0]): PublicMessage['author'] {
  if (by === 'customer' || by === 'assistant') return { kind: by }
  return by === 'member' ? { kind: by, name: 'Priya' } : { kind: 'system', notice: by }
}

function transcript(...lines: readonly Line[]): readonly PublicMessage[] {
  return lines.map(([by, clientId], index) => ({
    n: index + 1,
    text: '',
    atMs: 0,
    ...(clientId === undefined ? {} : { clientId }),
    author: authorOf(by),
  }))
}

const judge = (accepted: readonly string[], ...lines: readonly Line[]): readonly string[] =>
  judgeTranscript({ name: 'v', accepted, messages: transcript(...lines) })

describe('the judge of a transcript', () => {
  it('finds nothing wrong with messages answered, said in one breath, and handed over', () => {
    const said = ['0a', '1a', '1b', '2a', '3a']
    const lines: readonly Line[] = [
      ['customer', '0a'],
      ['assistant'],
      ['customer', '1a'],
      ['customer', '1b'],
      ['assistant'],
      ['customer', '2a'],
      ['handed-off'],
      ['customer', '3a'],
    ]
    expect(judge(said, ...lines)).toEqual([])
  })

  it('finds nothing wrong with people who take over, answer, hand back and close', () => {
    const lines: readonly Line[] = [
      ['customer', '0a'],
      ['taken-over'],
      ['member', 'm1'],
      ['customer', '1a'],
      ['customer', '2a'],
      ['handed-back'],
      ['assistant'],
      ['customer', '3a'],
      // A last word, then people.
      ['assistant'],
      ['handed-off'],
      ['taken-over'],
      ['handed-back'],
      ['assistant'],
      // Asked for a person after an answer: nothing is owed.
      ['handed-off'],
      ['taken-over'],
      ['handed-back'],
      ['customer', '4a'],
      ['closed'],
      ['reopened'],
      ['customer', '5a'],
      ['assistant'],
    ]
    expect(judge(['0a', 'm1', '1a', '2a', '3a', '4a', '5a'], ...lines)).toEqual([])
  })

  it.each<readonly [string, readonly string[], readonly Line[]]>([
    ['lost', ['0a', '1a'], [['customer', '0a'], ['assistant']]],
    ['lost', ['m1'], [['taken-over']]],
    ['there twice', ['0a'], [['customer', '0a'], ['assistant'], ['customer', '0a'], ['assistant']]],
    ['there twice', ['m1'], [['taken-over'], ['member', 'm1'], ['member', 'm1']]],
    ['answered twice', ['0a'], [['customer', '0a'], ['assistant'], ['assistant']]],
    ['answered twice', [], [['taken-over'], ['member', 'm1'], ['handed-back'], ['assistant']]],
    ['no outcome', ['0a'], [['customer', '0a']]],
    ['no outcome', ['0a', '1a'], [['customer', '0a'], ['customer', '1a'], ['assistant']]],
    ['no outcome', ['1a'], [['taken-over'], ['customer', '1a'], ['handed-back']]],
    ['after the hand-off', ['0a'], [['customer', '0a'], ['handed-off'], ['assistant']]],
    ['after the hand-off', ['0a'], [['customer', '0a'], ['taken-over'], ['member', 'm1'], ['assistant']]],
    ['handed over twice', ['0a'], [['customer', '0a'], ['handed-off'], ['handed-off']]],
    ['not taken over', [], [['member', 'm1']]],
    ['not taken over', [], [['taken-over'], ['handed-back'], ['member', 'm1']]],
  ])('names what is %s', (word, accepted, lines) => {
    expect(judge(accepted, ...lines).join()).toContain(word)
  })

  it('names a number out of place', () => {
    const [first, second] = transcript(['customer', '0a'], ['assistant'])
    if (first === undefined || second === undefined) throw new Error('two lines were made')
    const wrong = judgeTranscript({ name: 'v', accepted: ['0a'], messages: [first, { ...second, n: 3 }] })
    expect(wrong.join()).toContain('number 3')
  })

  it('tells whether a customer still waits', () => {
    const said: readonly Line[] = [['customer', '0a']]
    expect(standingAfter(transcript(...said)).owed).toMatchObject([{ n: 1, waits: true }])
    expect(standingAfter(transcript(...said, ['handed-off'])).owed).toMatchObject([{ n: 1, waits: false }])
    expect(standingAfter(transcript(...said, ['assistant'])).owed).toEqual([])
  })
})
