import { describe, expect, it } from 'vitest'
import { createConnection, type Wire, type WireEvents } from './connection.ts'

function world(answer: unknown = { ok: true, value: null }) {
  let events: WireEvents | undefined
  const calls: string[] = []
  const wire: Wire = {
    send: () => (answer === 'silence' ? Promise.reject(new Error('no answer')) : Promise.resolve(answer)),
    reconnect: () => calls.push('reconnect'),
    close: () => calls.push('close'),
  }
  const connection = createConnection({
    openWire: (_token, given) => {
      events = given
      return wire
    },
    token: () => 't',
    refresh: () => Promise.resolve(true),
    nowMs: () => 1_000,
    pause: () => Promise.resolve(),
  })
  connection.start()
  if (events === undefined) throw new Error('the wire was not opened')
  return { connection, events, calls }
}

describe('the line', () => {
  it('fails a command at once while there is no line', async () => {
    const { connection } = world()
    expect(await connection.send({ type: 'members.list' })).toMatchObject({ ok: false, error: { code: 'unavailable' } })
  })

  it('answers a command, says when none came in time, and when it was nonsense', async () => {
    for (const [answer, expected] of [
      [{ ok: true, value: [] }, { ok: true }],
      ['silence', { ok: false, error: { code: 'timeout' } }],
      ['nonsense', { ok: false, error: { code: 'internal' } }],
    ] as const) {
      const { connection, events } = world(answer)
      events.up()
      expect(await connection.send({ type: 'members.list' })).toMatchObject(expected)
    }
  })

  it('asks every store to resume after each connect and when the server says that frames were dropped', () => {
    const { connection, events } = world()
    let resumed = 0
    connection.onResume(() => resumed++)
    events.up()
    events.down()
    events.up()
    events.frame({ type: 'behind' })
    expect(resumed).toBe(3)
  })

  it('takes the server’s clock from the welcome', () => {
    const { connection, events } = world()
    const member = { memberId: 'm', name: 'n', email: 'e', role: 'admin', workspace: 'w' } as const
    events.frame({ type: 'welcome', member, serverTimeMs: 4_000, available: true })
    expect(connection.skewMs()).toBe(3_000)
  })

  it('refreshes and connects again when the token ran out, and not for another version', async () => {
    const { connection, events, calls } = world()
    events.refused('unauthenticated', 'expired')
    await Promise.resolve()
    await Promise.resolve()
    expect(calls).toEqual(['reconnect'])
    events.refused('protocol-unsupported', 'reload')
    expect(connection.link.get()).toEqual({ state: 'offline', outdated: 'reload' })
  })
})
