import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Health } from '#gateway/health.ts'
import type { GatewayMetrics } from '#gateway/metrics.ts'

/** What a process without a gateway shows to those who watch it: `/health/live`, `/health/ready` and `/metrics`. */
export interface RoleServer {
  /** Resolves with the port. Rejects when it is taken. */
  listen(port: number, host: string): Promise<number>
  close(): Promise<void>
}

/** Makes the server; nothing is listened to before `listen`. */
export function createRoleServer(shown: {
  readonly health: Health
  readonly registry: GatewayMetrics['registry']
}): RoleServer {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://role').pathname
    answer(path, request.method ?? '', { ...shown, response }).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : undefined)
    })
  })
  return {
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        server.once('error', reject)
        server.listen({ port, host }, () => resolve((server.address() as AddressInfo).port))
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

interface Answering {
  readonly health: Health
  readonly registry: GatewayMetrics['registry']
  readonly response: ServerResponse
}

async function answer(path: string, method: string, { health, registry, response }: Answering): Promise<void> {
  if (method !== 'GET' && method !== 'HEAD') return json(response, 405, { code: 'invalid' })
  switch (path) {
    case '/health/live':
      return json(response, 200, { status: 'live' })
    case '/health/ready': {
      const readiness = await health.readiness()
      return json(response, readiness.status === 'not-ready' ? 503 : 200, readiness)
    }
    case '/metrics': {
      const text = await registry.metrics()
      response.writeHead(200, { 'content-type': registry.contentType }).end(text)
      return
    }
    default:
      return json(response, 404, { code: 'not-found' })
  }
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(JSON.stringify(body))
}
