import type { Server as HttpServer } from 'node:http'

/** How long a request that is being answered may take to end. */
const graceMs = 10_000
const lookEveryMs = 50

/**
 * Ends a server's connections without cutting off an answer: those at rest at once, the others when they have been answered, and after ten seconds all.
 * A proxy or a provider keeps its connections for as long as it has something to send: without this it would hold up the end of the process.
 */
export async function letGo(server: HttpServer): Promise<void> {
  const stopped = AbortSignal.timeout(graceMs)
  const gone = new Promise<void>((resolve) => void server.close(() => resolve()))
  const looking = setInterval(() => {
    server.closeIdleConnections()
    if (stopped.aborted) server.closeAllConnections()
  }, lookEveryMs)
  await gone
  clearInterval(looking)
}
