import type { Config } from './config.ts'

/** Resolves when somebody asks the process to stop: Ctrl+C or SIGTERM. */
export function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve('Stopping'))
    process.once('SIGTERM', () => resolve('Stopping'))
  })
}

/** The address of a process for a person on its machine. */
export function addressOf({ host }: Config, port: number): string {
  return `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`
}

/** What to do about a port or host that can't be listened on; any other error as it is. `start` is how the process is started. */
export function listenProblem(cause: unknown, { host, port }: Config, start: string): unknown {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  switch (code) {
    case 'EADDRINUSE':
      return new Error(`Port ${port} is taken by another program. Start with another one: PORT=${port + 1} ${start}`, {
        cause,
      })
    case 'EACCES':
      return new Error(`Port ${port} is not open to you. Start with one above 1023: PORT=4600 ${start}`, { cause })
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new Error(
        `HOST=${host} is no address of this machine. Use 127.0.0.1 for this machine only, 0.0.0.0 for the whole network.`,
        { cause },
      )
    default:
      return cause
  }
}
