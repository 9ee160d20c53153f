import { firstAnswer } from '../one-server.ts'
import type { ServerLaunch } from '../running-server.ts'

/** A server that answers `pong`, in a process of its own, without any program but Node. Its first line in the log is its port. */
export function pongLaunch(port: number, folder: string): ServerLaunch {
  const script = `require('node:net').createServer((socket) => socket.on('data', () => socket.write('pong'))).listen(${port}, '127.0.0.1', () => console.log('listening on ${port}'))`
  return {
    name: 'pong',
    url: `pong://127.0.0.1:${port}`,
    program: process.execPath,
    args: ['-e', script],
    folder,
    port,
    ready: async () => (await firstAnswer(port, 'ping')) !== undefined,
  }
}
