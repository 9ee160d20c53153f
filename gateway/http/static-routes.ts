import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyReply } from 'fastify'
import type { House } from '../house.ts'
import type { App } from './app.ts'

const year = 365 * 24 * 60 * 60

/** The built pages: console, widget, demo. Where a page was not built, a page says so and how to build it. */
export async function staticRoutes(app: App, house: House): Promise<void> {
  const { staticRoot } = house.config
  const folders = [
    { name: 'console', prefix: '/console/' },
    { name: 'widget', prefix: '/widget/' },
    { name: 'demo', prefix: '/' },
  ] as const
  for (const [index, { name, prefix }] of folders.entries()) {
    const root = join(staticRoot, name)
    if (existsSync(root)) {
      await app.register(fastifyStatic, {
        root,
        prefix,
        decorateReply: index === 0 || !app.hasReplyDecorator('sendFile'),
        // Files are looked up as they are asked for: a list made at the start would not know what a later build wrote.
        wildcard: true,
        dotfiles: 'ignore',
        // What the build compressed beside a file is sent as it is.
        preCompressed: true,
        cacheControl: false,
        setHeaders: (reply, path) => headersFor(reply, name, path),
      })
    } else {
      const page = notBuilt(name)
      app.route({ method: 'GET', url: prefix, schema: { hide: true }, handler: (_, reply) => unbuilt(reply, page) })
    }
  }
  if (!existsSync(join(staticRoot, 'console'))) return
  app.route({
    method: 'GET',
    url: '/console',
    schema: { hide: true },
    handler: async (_, reply) =>
      reply.header('cache-control', 'no-cache').sendFile('index.html', join(staticRoot, 'console')),
  })
}

/** Files with a hash in their name never change; the others are asked for again. The widget is loaded from other sites. */
function headersFor(reply: Pick<FastifyReply, 'header'>, folder: 'console' | 'widget' | 'demo', path: string): void {
  const hashed = /-[\w-]{8,}\.(?:js|css|woff2|svg|png)$/.test(path)
  void reply.header('cache-control', hashed ? `public, max-age=${year}, immutable` : 'no-cache')
  if (folder !== 'widget') return
  void reply.header('access-control-allow-origin', '*').header('cross-origin-resource-policy', 'cross-origin')
}

function unbuilt(reply: FastifyReply, page: string): FastifyReply {
  return reply.status(503).type('text/html; charset=utf-8').send(page)
}

function notBuilt(name: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Not built</title>
<body style="font: 16px/1.5 system-ui; max-width: 40rem; margin: 4rem auto; padding: 0 1rem">
<h1>The ${name} has not been built</h1>
<p>Run <code>npm run build</code> in the project folder, then reload this page. The server itself is running.</p></body></html>`
}
