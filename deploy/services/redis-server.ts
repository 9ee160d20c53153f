import { bringServer } from './bring-server.ts'
import { firstAnswer, onOnePort, type OneServerOptions } from './one-server.ts'
import { RunningServer } from './running-server.ts'

/** Starts Redis or Valkey on the loopback address. With `sync: 'always'` its log of commands is synced every second, else it keeps nothing. */
export async function startRedis(options: OneServerOptions): Promise<RunningServer> {
  const program = options.program ?? (await bringServer('redis')).path
  return onOnePort(options, (port) =>
    RunningServer.start({
      name: 'redis',
      url: `redis://127.0.0.1:${port}`,
      program,
      args: redisArgs(port, options.sync ?? 'always'),
      folder: options.folder,
      port,
      ready: async () => (await firstAnswer(port, 'PING\r\n'))?.toString('latin1').startsWith('+PONG') === true,
    }),
  )
}

function redisArgs(port: number, sync: 'always' | 'default'): readonly string[] {
  const log = sync === 'always' ? ['--appendonly', 'yes', '--appendfsync', 'everysec'] : ['--appendonly', 'no']
  return ['--bind', '127.0.0.1', '--port', String(port), '--dir', '.', '--save', '', '--daemonize', 'no', ...log]
}
