import { randomInt } from 'node:crypto'
import { createServer, type Server } from 'node:net'

/**
 * Below the ports that systems give to outgoing connections (32768 and up on Linux): a server that is away for a moment
 * finds its port free when it comes back, and no client that tries again meets itself.
 */
const lowest = 15_000
const highest = 32_000
const triesMax = 200

/** Ports of this machine's loopback address that were free a moment ago, each another. Rejects when hardly any is. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const held: { readonly port: number; readonly server: Server }[] = []
  try {
    for (let tries = 0; held.length < count && tries < triesMax; tries++) {
      const port = randomInt(lowest, highest)
      const server = await listenOn(port)
      if (server !== undefined) held.push({ port, server })
    }
  } finally {
    await Promise.all(held.map(({ server }) => closed(server)))
  }
  if (held.length < count) throw new Error(`no ${count} free ports between ${lowest} and ${highest}`)
  return held.map(({ port }) => port)
}

/** Whether a port can be listened on at the loopback address now. */
export async function isFreePort(port: number): Promise<boolean> {
  const server = await listenOn(port)
  if (server !== undefined) await closed(server)
  return server !== undefined
}

function listenOn(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => resolve(server))
  })
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => void server.close(() => resolve()))
}
