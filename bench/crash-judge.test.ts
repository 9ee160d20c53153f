import { describe, expect, it } from 'vitest'
import type { PublicMessage } from '#gateway/protocol.ts'
import { judgeTranscript } from './crash-judge.ts'

type Line = readonly [by: 'customer' | 'assistant' | 'handed-off', clientId?: string]

function transcript(...lines: readonly Line[]): readonly PublicMessage[] {
  return lines.map(([by, clientId], index) => ({
    n: index + 1,
    text: '',
    atMs: 0,
    ...(clientId === undefined ? {} : { clientId }),
    author: by === 'handed-off' ? { kind: 'system', notice: by } : { kind: by },
  }))
}

const judge = (accepted: readonly string[], ...lines: readonly Line[]): readonly string[] =>
  judgeTranscript({ name: 'v', accepted, messages: transcript(...lines) })

describe('the judge of the crash run', () => {
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

  it.each<readonly [string, readonly string[], readonly Line[]]>([
    ['lost', ['0a', '1a'], [['customer', '0a'], ['assistant']]],
    ['there twice', ['0a'], [['customer', '0a'], ['assistant'], ['customer', '0a'], ['assistant']]],
    ['answered twice', ['0a'], [['customer', '0a'], ['assistant'], ['assistant']]],
    ['no outcome', ['0a'], [['customer', '0a']]],
    ['no outcome', ['0a', '1a'], [['customer', '0a'], ['customer', '1a'], ['assistant']]],
    ['after the hand-off', ['0a'], [['customer', '0a'], ['handed-off'], ['assistant']]],
    ['handed over twice', ['0a'], [['customer', '0a'], ['handed-off'], ['handed-off']]],
  ])('names what is %s', (word, accepted, lines) => {
    expect(judge(accepted, ...lines).join()).toContain(word)
  })

  it('names a number out of place', () => {
    const [first, second] = transcript(['customer', '0a'], ['assistant'])
    if (first === undefined || second === undefined) throw new Error('two lines were made')
    const wrong = judgeTranscript({ name: 'v', accepted: ['0a'], messages: [first, { ...second, n: 3 }] })
    expect(wrong.join()).toContain('number 3')
  })
})
