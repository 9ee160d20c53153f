import { once } from 'node:events'
import { Agent, createServer, get, type Server } from 'node:http'
import { afterEach, expect, it } from 'vitest'
import { letGo } from './letting-go.ts'

let server: Server
const agent = new Agent({ keepAlive: true })
afterEach(() => {
  agent.destroy()
  server.close()
})

it('a request under way is answered, and its connection, which the client would keep, ends with it', async () => {
  const answering = Promise.withResolvers<void>()
  const asked = Promise.withResolvers<void>()
  const port = await listening(async () => {
    asked.resolve()
    await answering.promise
  })
  const answered = ask(port)
  await asked.promise
  const gone = letGo(server)
  answering.resolve()
  expect(await answered).toBe('answered')
  await gone
  expect(server.listening).toBe(false)
})

it('a connection at rest holds nobody up', async () => {
  const port = await listening(async () => undefined)
  expect(await ask(port)).toBe('answered')
  await letGo(server)
  await expect(ask(port)).rejects.toThrow()
})

async function listening(work: () => Promise<void>): Promise<number> {
  server = createServer((_, response) => void work().then(() => response.end('answered')))
  // As the product's server: longer than any test may take.
  server.keepAliveTimeout = 72_000
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

function ask(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ port, host: '127.0.0.1', agent }, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => void (text += chunk.toString('utf8')))
      response.on('end', () => resolve(text))
    }).once('error', reject)
  })
}
