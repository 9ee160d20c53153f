import { describe, expect, it } from 'vitest'
import { bytesText, listText, timeText } from './amounts.ts'
import { durabilityOf } from './durability.ts'
import type { Examination } from './examination.ts'
import { worstFirst, type Finding } from './finding.ts'
import { reportJson, reportText } from './report.ts'

const findings: readonly Finding[] = [
  { level: 'ok', check: 'a.one', about: 'NATS', found: 'all is well' },
  {
    level: 'wrong',
    check: 'b.two',
    about: 'public address',
    found: 'something that takes more than one line to say, because there is so much of it',
    means: 'It means a lot.',
    todo: 'Do this and then do that, and when both are done look again whether it has helped.',
  },
  { level: 'advice', check: 'c.three', about: 'Redis', found: 'so so', means: 'Little.', todo: 'Think.' },
  { level: 'ok', check: 'd.four', about: 'Redis', found: 'is well, too' },
]
const examination: Examination = {
  atMs: 0,
  looked: ['NATS', 'Redis'],
  findings: worstFirst(findings),
  durability: durabilityOf({ on: 'folder' }),
}
const plain = { columns: 60, paint: (_: unknown, text: string) => text }

describe('the report', () => {
  it('has the worst first, in columns, and says what each means and what to do', () => {
    const [, ...lines] = reportText(examination, plain).split('\n')
    expect(lines).toEqual([
      '',
      'WRONG   public address  something that takes more than one',
      '                        line to say, because there is so',
      '                        much of it',
      '                        It means a lot.',
      '                        → Do this and then do that, and when',
      '                          both are done look again whether',
      '                          it has helped.',
      '',
      'advice  Redis           so so',
      '                        Little.',
      '                        → Think.',
      '',
      'ok      NATS            all is well',
      'ok      Redis           is well, too',
      '',
      'What was acknowledged is safe like this, with the journal on embedded SQLite, synchronous FULL:',
      '  a process dies        safe',
      '  a machine dies        safe',
      '  a disk dies           lost since the last backup',
      '',
      '1 thing is wrong, 1 could be better or could not be seen; 2 well.',
      '',
    ])
  })

  it('paints the word of the level alone', () => {
    const painted = reportText(examination, { ...plain, paint: (level, text) => `<${level}>${text}</>` })
    expect(painted).toContain('\n<wrong>WRONG   </>public address')
    expect(painted).toContain('\n<ok>ok      </>NATS')
  })

  it('says in one word for programs how it stands, with everything that was found', () => {
    expect(JSON.parse(reportJson(examination))).toEqual({ status: 'wrong', ...examination })
    const fine = { ...examination, findings: findings.filter(({ level }) => level === 'ok') }
    expect(JSON.parse(reportJson(fine))).toMatchObject({ status: 'ok' })
    expect(reportText(fine, plain)).toContain('\nNothing is wrong; 2 well.')
  })
})

describe('amounts', () => {
  it.each([
    [0, '0 ms'],
    [140.4, '140 ms'],
    [1000, 'one second'],
    [7200, '7.2 seconds'],
    [120_000, 'two minutes'],
    [36e5 * 25.2, '1.1 days'],
    [86_400_000 * 30, '30 days'],
  ])('%d ms are %s', (ms, text) => expect(timeText(ms)).toBe(text))

  it.each([
    [0, '0 bytes'],
    [999, '999 bytes'],
    [1536, '1.5 kB'],
    [77_000_000_000, '77 GB'],
    [3e15, '3000 TB'],
  ])('%d bytes are %s', (bytes, text) => expect(bytesText(bytes)).toBe(text))

  it('of names are a list', () => {
    expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(listText)).toEqual(['none', 'a', 'a and b', 'a, b and c'])
  })
})
