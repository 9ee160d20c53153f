import { describe, expect, it } from 'vitest'
import { customerCommand, readCommand, staffCommand } from './command-schemas.ts'
import { GatewayError } from './errors.ts'
import { commandRoles } from './permissions.ts'
import type { CustomerCommand, ProblemReport, StaffCommand } from './protocol.ts'

function problemWith(input: unknown, side: 'customer' | 'staff' = 'customer'): ProblemReport | undefined {
  try {
    if (side === 'customer') readCommand<CustomerCommand>(customerCommand, input)
    else readCommand<StaffCommand>(staffCommand, input)
    return undefined
  } catch (error) {
    if (error instanceof GatewayError) return error.problem
    throw error
  }
}

describe('commands from outside', () => {
  it('the schema knows exactly the commands the permission table knows', () => {
    const known = staffCommand.options.map((each) => each.shape.type.value)
    expect([...known].sort()).toEqual(Object.keys(commandRoles).sort())
  })

  it('a type nobody has is an unknown command, whatever else is in it', () => {
    for (const input of [
      undefined,
      null,
      7,
      'message.send',
      [],
      {},
      { type: 7 },
      { type: '__proto__' },
      { type: 'x'.repeat(5000) },
    ]) {
      expect(problemWith(input), JSON.stringify(input)?.slice(0, 40)).toMatchObject({
        code: 'unknown-command',
        retry: 'never',
      })
    }
    expect(problemWith({ type: 'take-over', conversation: 'a/conversation/b' })?.code).toBe('unknown-command')
  })

  it('a wrong field is named', () => {
    expect(problemWith({ type: 'message.send', clientId: 'a', text: 5 })).toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('text'),
    })
    expect(problemWith({ type: 'message.send', clientId: 'a b', text: 'x' })?.message).toContain('clientId')
    expect(problemWith({ type: 'resume', after: -1 })?.code).toBe('invalid')
    expect(problemWith({ type: 'identify', email: 'nobody' })?.message).toContain('email')
    expect(problemWith({ type: 'inbox.open', query: { view: 'mine', limit: 100_000 } }, 'staff')?.message).toContain(
      'query.limit',
    )
  })

  it('what is right is read, and fields nobody knows are left out', () => {
    const read = readCommand<CustomerCommand>(customerCommand, { type: 'typing', on: true, admin: true })
    expect(read).toEqual({ type: 'typing', on: true })
  })
})
