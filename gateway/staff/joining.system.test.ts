import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addressOf } from '#runtime/address.ts'
import { eventOf } from '../submit.ts'
import { member, type TestMember } from '../testing/test-clients.ts'
import { startTestHouse, until, type TestHouse } from '../testing/test-house.ts'

const mother = addressOf('acme', 'lead', 'mother')
const daughter = addressOf('acme', 'lead', 'daughter')

describe('leads that were joined', () => {
  let house: TestHouse
  let maya: TestMember
  beforeAll(async () => {
    house = await startTestHouse()
    maya = await member(house, { name: 'Maya', role: 'manager' })
  })
  afterAll(async () => {
    maya.close()
    await house.stop()
  })

  const seen = (lead: string) => maya.command({ type: 'lead.get', lead }).catch(() => undefined)
  async function captured(to: typeof mother, profile: object): Promise<void> {
    await house.runtime.send({ to, event: eventOf({ type: 'lead.captured', profile }) })
    await until(
      () => seen(to),
      (lead) => lead !== undefined,
    )
  }

  it('[M56] say from what, and are separated by a manager with what each had; no agent may', async () => {
    await captured(mother, { name: 'Meera', phone: '9845012345', source: 'fair' })
    await captured(daughter, { name: 'Dia', email: 'dia@example.com', city: 'Pune' })
    await house.runtime.send({
      to: daughter,
      event: eventOf({ type: 'profile.learned', learned: { phone: '98450 12345' } }),
    })
    const joined = await until(
      () => seen(mother),
      (lead) => lead?.profile.city === 'Pune' && lead.joined?.length === 1,
    )
    expect(joined?.joined).toMatchObject([{ lead: daughter, name: 'Dia', evidence: 'phone', key: '+919845012345' }])
    const agent = await member(house, { name: 'Ana' })
    const wanted = { type: 'lead.separate', lead: daughter, keys: 'there' } as const
    expect(await agent.raw(wanted)).toMatchObject({ error: { code: 'forbidden' } })
    agent.close()
    await maya.command(wanted)
    const own = await until(
      () => seen(daughter),
      (lead) => lead?.status === 'active' && lead.apart?.length === 1,
    )
    expect(own?.apart).toMatchObject([{ lead: mother, name: 'Meera', by: 'Maya' }])
    const other = await until(
      () => seen(mother),
      (lead) => lead?.joined?.length === 0,
    )
    expect(other?.profile).toEqual({ name: 'Meera', phone: '+919845012345', source: 'fair' })
    expect(other?.apart).toMatchObject([{ lead: daughter, name: 'Dia' }])
    await expect(maya.command(wanted)).rejects.toMatchObject({ problem: { code: 'refused' } })
  })

  it('[M57] are joined again by hand, and separated by the API', async () => {
    const post = (path: string, body: object) =>
      fetch(`http://127.0.0.1:${house.port}/v1/leads/${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${maya.accessToken}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    expect((await post('join', { lead: daughter, into: daughter })).status).toBe(422)
    expect((await post('join', { lead: daughter, into: mother })).status).toBe(200)
    const joined = await until(
      () => seen(mother),
      (lead) => lead?.joined?.length === 1,
    )
    expect(joined?.joined).toMatchObject([{ lead: daughter, evidence: 'by-hand', by: 'Maya' }])
    expect(joined?.apart).toEqual([])
    expect((await post('separate', { lead: daughter, keys: 'here', reason: 'her own number' })).status).toBe(200)
    await until(
      () => seen(daughter),
      (lead) => lead?.status === 'active' && lead.apart?.[0]?.reason === 'her own number',
    )
    expect((await post('separate', { lead: 'globex/lead/mother', keys: 'here' })).status).toBe(404)
  })
})
