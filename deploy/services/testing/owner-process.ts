/** A process that starts a server and waits, for tests that end it in every way. Arguments: the port and the folder. Prints the server's pid. */
import { RunningServer } from '../running-server.ts'
import { pongLaunch } from './pong-server.ts'

const [port, folder] = process.argv.slice(2)
const server = await RunningServer.start(pongLaunch(Number(port), folder ?? ''))
process.stdout.write(`${server.pid}\n`)
await server.ended()
