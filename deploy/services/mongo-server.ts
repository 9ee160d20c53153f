import { mkdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { bringServer } from './bring-server.ts'
import { firstAnswer, onOnePort, type OneServerOptions } from './one-server.ts'
import { RunningServer } from './running-server.ts'

/** The folder of the data inside the server's own. */
const data = 'data'

/** Starts mongod, or FerretDB on SQLite files, on the loopback address. */
export async function startMongo(options: OneServerOptions): Promise<RunningServer> {
  const program = options.program ?? (await bringServer('mongo')).path
  mkdirSync(join(options.folder, data), { recursive: true })
  const argsOf = basename(program).startsWith('mongod') ? mongodArgs : ferretArgs
  return onOnePort(options, (port) =>
    RunningServer.start({
      name: 'mongo',
      url: `mongodb://127.0.0.1:${port}`,
      program,
      args: argsOf(port, options.sync ?? 'always'),
      folder: options.folder,
      port,
      ready: async () => (await firstAnswer(port, helloMessage))?.readInt32LE(12) === messageOperation,
    }),
  )
}

/** Its journal is synced every tenth of a second, and at once for a write that asks for it (`j: true`). */
function mongodArgs(port: number, sync: 'always' | 'default'): readonly string[] {
  const journal = sync === 'always' ? ['--journalCommitInterval', '1'] : []
  return ['--dbpath', data, '--bind_ip', '127.0.0.1', '--port', String(port), '--nounixsocket', '--quiet', ...journal]
}

/** The path is relative to the working directory, because in an address some letters would mean something. */
function ferretArgs(port: number, sync: 'always' | 'default'): readonly string[] {
  const pragma = `_pragma=synchronous(${sync === 'always' ? 'full' : 'off'})`
  return [
    '--handler=sqlite',
    `--sqlite-url=file:${data}/?${pragma}`,
    `--state-dir=.`,
    `--listen-addr=127.0.0.1:${port}`,
    '--debug-addr=-',
    '--telemetry=disable',
    '--log-level=WARN',
  ]
}

/** OP_MSG of MongoDB's wire protocol. */
const messageOperation = 2013

/** `{ hello: 1, $db: 'admin' }` as the wire protocol has it: a header of 16 bytes, flags, and one BSON document. */
const helloMessage = opMessage(
  Buffer.concat([Buffer.from('\x10hello\0\x01\0\0\0', 'latin1'), Buffer.from('\x02$db\0\x06\0\0\0admin\0', 'latin1')]),
)

function opMessage(elements: Buffer): Buffer {
  const document = Buffer.alloc(elements.length + 5)
  document.writeInt32LE(document.length, 0)
  elements.copy(document, 4)
  const message = Buffer.alloc(16 + 4 + 1 + document.length)
  message.writeInt32LE(message.length, 0)
  message.writeInt32LE(1, 4)
  message.writeInt32LE(messageOperation, 12)
  document.copy(message, 21)
  return message
}
