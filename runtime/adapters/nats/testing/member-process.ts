import { silentLog } from '../../../testing/small-host.ts'
import { systemClock } from '../../system/clock.ts'
import { createSystemIds } from '../../system/ids.ts'
import { connectNats } from '../connection.ts'
import { createNatsMembership } from '../membership.ts'

/**
 * A member of a group in a process of its own, so that it can be killed and paused. Its arguments are the server, the bucket and its name;
 * it prints a line of JSON with what it owns when it has joined, at every change, and the moment it is woken. SIGTERM makes it leave.
 */
async function main([url = '', bucket = '', node = '']: readonly string[]): Promise<void> {
  const connection = await connectNats({ servers: url.split(','), name: node, log: silentLog })
  const membership = await createNatsMembership({
    connection,
    bucket,
    group: 'processes',
    node,
    partitions: 32,
    replicas: 1,
    clock: systemClock(),
    ids: createSystemIds(),
    log: silentLog,
  })
  const say = (when: string): void =>
    void process.stdout.write(`${JSON.stringify({ when, owned: membership.owned() })}\n`)
  say('joined')
  membership.watch(() => say('changed'))
  process.on('SIGCONT', () => say('woken'))
  process.on('SIGTERM', () => {
    void membership.leave().then(() => process.exit(0))
  })
}

await main(process.argv.slice(2))
