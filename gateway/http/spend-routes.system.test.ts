import { afterEach, describe, expect, it } from 'vitest'
import { addressOf } from '#runtime/address.ts'
import type { BudgetEvent } from '#machines/budget-contract.ts'
import type { SpendView } from '../protocol.ts'
import { eventOf } from '../submit.ts'
import { signIn } from '../testing/test-clients.ts'
import { startTestHouse, until, type TestHouse } from '../testing/test-house.ts'

let house: TestHouse | undefined

afterEach(async () => {
  await house?.stop()
  house = undefined
})

function asking(port: number, accessToken: string) {
  return async (path: string, json?: object): Promise<{ status: number; body: SpendView }> => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: json === undefined ? 'GET' : 'PUT',
      headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    })
    const text = await answer.text()
    return { status: answer.status, body: (text === '' ? {} : JSON.parse(text)) as SpendView }
  }
}

describe('what messages cost', () => {
  it('is shown by channel and kind against its limit, which an admin sets', async () => {
    const scene = (house = await startTestHouse({}))
    const admin = await signIn(scene, { name: 'Asha', role: 'admin', workspace: 'acme' })
    const ask = asking(scene.port, admin.accessToken)
    const nothing = await ask('/v1/spend')
    expect(nothing.body).toMatchObject({ currency: 'USD', assumed: true, spentMicros: 0, lines: [], holding: false })
    expect(nothing.body).not.toHaveProperty('limitMicros')

    expect((await ask('/v1/spend/limit', { limitMicros: 100_000 })).status).toBe(204)
    const charge = { channel: 'whatsapp', category: 'marketing', micros: 90_000, currency: 'USD' } as const
    const events: readonly BudgetEvent[] = [
      { type: 'budget.settled', reservedMicros: 0, charge },
      {
        type: 'budget.asked',
        request: { dispatch: 'acme/dispatch/1', ask: 1, micros: 50_000, wantedAtMs: Date.now() },
      },
    ]
    const to = addressOf('acme', 'budget', 'messages')
    for (const event of events) await scene.runtime.send({ to, event: eventOf(event) })
    const held = await until(
      () => ask('/v1/spend'),
      ({ body }) => body.holding,
    )
    expect(held.body).toMatchObject({
      limitMicros: 100_000,
      spentMicros: 90_000,
      lines: [{ channel: 'whatsapp', category: 'marketing', messages: 1, micros: 90_000 }],
    })

    expect((await ask('/v1/spend/limit', { limitMicros: null })).status).toBe(204)
    const free = await until(
      () => ask('/v1/spend'),
      ({ body }) => !body.holding,
    )
    expect(free.body).not.toHaveProperty('limitMicros')
    expect((await ask('/v1/spend?month=2020-01')).body).toMatchObject({ month: '2020-01', spentMicros: 0 })
    expect((await ask('/v1/spend?campaign=c1')).body).toMatchObject({ spentMicros: 0 })
    expect((await ask('/v1/spend?month=soon')).status).toBe(422)
    expect((await ask('/v1/spend/limit', { limitMicros: -1 })).status).toBe(422)
    const metrics = await fetch(`http://127.0.0.1:${scene.port}/metrics`)
    expect(await metrics.text()).toMatch(
      /fineacers_spend_this_month\{workspace="acme",channel="whatsapp",category="marketing"\} 0\.09/,
    )
  })

  it('is for whoever leads to see, and for admins to limit', async () => {
    const scene = (house = await startTestHouse({}))
    const manager = await signIn(scene, { name: 'Meera', role: 'manager', workspace: 'acme' })
    const agent = await signIn(scene, { name: 'Ravi', role: 'sales-agent', workspace: 'acme' })
    const asManager = asking(scene.port, manager.accessToken)
    expect((await asManager('/v1/spend')).status).toBe(200)
    expect((await asManager('/v1/spend/limit', { limitMicros: 1 })).status).toBe(403)
    expect((await asking(scene.port, agent.accessToken)('/v1/spend')).status).toBe(403)
  })
})
