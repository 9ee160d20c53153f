import { Agent, get } from 'node:http'
import { expect, it } from 'vitest'
import { startTestHouse, until } from './testing/test-house.ts'

it('a gateway closes though a proxy keeps its connection and goes on sending', async () => {
  const house = await startTestHouse()
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const statuses: number[] = []
  const sending = (async () => {
    for (;;) statuses.push(await statusOf(house.port, agent))
  })().catch(() => undefined)
  await until(
    () => statuses.length,
    (count) => count > 2,
  )
  await house.gateway.close()
  await sending
  expect(statuses[0]).toBe(200)
  expect(statuses.filter((status) => status !== 200 && status !== 503)).toEqual([])
  agent.destroy()
  await house.stop()
})

function statusOf(port: number, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    get({ port, host: '127.0.0.1', path: '/health/live', agent }, (response) => {
      response.resume()
      response.once('end', () => resolve(response.statusCode ?? 0))
    }).once('error', reject)
  })
}
