import { describe, expect, it } from 'vitest'
import { createSystemLog } from './log.ts'

function captured(level: 'debug' | 'info' | 'silent') {
  const lines: string[] = []
  const destination = { write: (line: string) => void lines.push(line) }
  return { lines, log: createSystemLog({ level, fields: { node: 'n1' }, destination }) }
}

describe('the system log', () => {
  it('writes one JSON object a line with level, time, message and fields', () => {
    const { lines, log } = captured('info')
    log.debug('too small to tell')
    log.info('started', { port: 80 })
    expect(lines).toHaveLength(1)
    const line: unknown = JSON.parse(lines[0] ?? '')
    expect(line).toMatchObject({ level: 30, node: 'n1', port: 80, msg: 'started', time: expect.any(Number) })
  })

  it('blots out secrets and message texts at any of three levels', () => {
    const { lines, log } = captured('info')
    log.warn('signed in', { password: 'hunter2', user: { token: 'hunter2', profile: { secret: 'hunter2' } } })
    log.error('said', { message: { text: 'hunter2' }, headers: { authorization: 'hunter2', cookie: 'hunter2' } })
    expect(lines).toHaveLength(2)
    expect(lines.join('')).not.toContain('hunter2')
    expect(lines[0]).toContain('[redacted]')
  })

  it('says nothing when silent', () => {
    const { lines, log } = captured('silent')
    log.error('broken')
    expect(lines).toEqual([])
  })
})
