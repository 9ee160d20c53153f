import { createHmac, timingSafeEqual } from 'node:crypto'
import { fdatasync, openSync, write } from 'node:fs'
import Fastify from 'fastify'

/**
 * The floor of a webhook on this machine, as a process: the same server library takes the same body, checks its signature, parses it and appends it to a file;
 * appends of the same moment share one `fdatasync`. `node webhook-floor.ts FILE SECRET` prints its port and serves until it is killed.
 */
async function main(): Promise<void> {
  const [file = '', secret = ''] = process.argv.slice(2)
  const append = groupedAppends(openSync(file, 'a'))
  const app = Fastify()
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.post('/webhook', async (request, reply) => {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
    const told = Buffer.from(String(request.headers['x-hub-signature-256'] ?? ''))
    const due = Buffer.from(`sha256=${createHmac('sha256', secret).update(body).digest('hex')}`)
    if (told.length !== due.length || !timingSafeEqual(told, due)) return reply.status(401).send('')
    JSON.parse(body.toString('utf8'))
    await append(body)
    return reply.type('text/plain').send('ok')
  })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  process.stdout.write(`port ${new URL(url).port}\n`)
}

function groupedAppends(descriptor: number): (bytes: Buffer) => Promise<void> {
  let waiting: { readonly bytes: Buffer; readonly done: () => void }[] = []
  let writing = false
  const flush = (): void => {
    if (writing || waiting.length === 0) return
    writing = true
    const group = waiting
    waiting = []
    write(descriptor, Buffer.concat(group.map(({ bytes }) => bytes)), () =>
      fdatasync(descriptor, () => {
        writing = false
        for (const { done } of group) done()
        flush()
      }),
    )
  }
  return (bytes) =>
    new Promise((resolve) => {
      waiting.push({ bytes, done: resolve })
      flush()
    })
}

await main()
