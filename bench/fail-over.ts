import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { openSqliteDocuments } from '#runtime/adapters/sqlite/documents.ts'
import { systemClock } from '#runtime/adapters/system/clock.ts'
import { createSystemIds } from '#runtime/adapters/system/ids.ts'
import { addressOf, partitionOf } from '#runtime/address.ts'
import { createRuntimeClient } from '#runtime/client.ts'
import type { Log } from '#runtime/ports/log.ts'
import type { Runtime } from '#runtime/runtime.ts'
import { counter } from './counter-machine.ts'
import { milliseconds, type Figure } from './measure.ts'
import { natsHouse } from './nats-house.ts'

const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const stream = 'FAILOVER'
const partitions = 32
/** Two of each partition on average; each is sent its next event once the last has been handled. */
const actors = 64

/** Two nodes share the partitions while events come for all of them; one is killed, then one is told to go. */
export async function measureFailOver(folder: (name: string) => string): Promise<readonly Figure[]> {
  const house = await natsHouse(folder('fail-over'))
  const documents = openSqliteDocuments({ file: ':memory:', log: silent })
  const journal = await house.journal(stream)
  const tools = { documents, clock: systemClock(), ids: createSystemIds(), log: silent }
  const client = await createRuntimeClient({ ...tools, journal, machines: [counter] })
  const nodes = [await startNode(house.url, 'a'), await startNode(house.url, 'b')]
  await until(() => nodes.every((node) => node.owned().length > 0 && node.owned().length < partitions))
  const traffic = keepSending(client)
  await sleep(1000)
  const killed = await takenOver(traffic, nodes[0], 'SIGKILL')
  const third = await startNode(house.url, 'c')
  await until(() => third.owned().length > 0 && third.owned().length < partitions)
  await sleep(1000)
  const handed = await takenOver(traffic, third, 'SIGTERM')
  await traffic.stop()
  for (const node of nodes) node.child.kill('SIGKILL')
  await client.stop()
  await journal.close()
  await documents.close()
  await house.close()
  return [
    {
      what: `First commit by the new owner after \`kill -9\` of a node, the last of ${killed.partitions} partitions`,
      value: milliseconds(killed.firstCommitMs),
      bar: '< 5 s',
      holds: killed.firstCommitMs < 5000,
    },
    {
      what: `… after SIGTERM, the last of ${handed.partitions} partitions (longest wait of any event meanwhile ${milliseconds(handed.longestWaitMs)})`,
      value: milliseconds(handed.firstCommitMs),
      bar: '< 1 s, no event over 2 s',
      holds: handed.firstCommitMs < 1000 && handed.longestWaitMs < 2000,
    },
  ]
}

interface Node {
  readonly child: ChildProcess
  /** The partitions it last said it owns. */
  owned(): readonly number[]
}

async function startNode(url: string, name: string): Promise<Node> {
  const script = fileURLToPath(new URL('fail-over-node.ts', import.meta.url))
  const child = spawn(process.execPath, [script, url, stream, name], { stdio: ['ignore', 'pipe', 'inherit'] })
  let owned: readonly number[] | undefined
  createInterface({ input: child.stdout }).on('line', (line) => {
    owned = line.split(' ').slice(1).filter(Boolean).map(Number)
  })
  await until(() => owned !== undefined)
  return { child, owned: () => owned ?? [] }
}

interface Handled {
  readonly partition: number
  readonly sentMs: number
  readonly handledMs: number
}

/** Sends to every actor, one event after the other, and keeps when each was handled. */
function keepSending(client: Runtime): { readonly handled: readonly Handled[]; stop(): Promise<void> } {
  const handled: Handled[] = []
  const over = new AbortController()
  const send = async (index: number): Promise<void> => {
    const to = addressOf('bench', 'counter', String(index))
    while (!over.signal.aborted) {
      const sentMs = performance.now()
      await client.submit({ to, event: { type: 'add', by: 1 } }, new AbortController().signal)
      handled.push({ partition: partitionOf(to, partitions), sentMs, handledMs: performance.now() })
      await sleep(10)
    }
  }
  const senders = Array.from({ length: actors }, (_, index) => send(index))
  return {
    handled,
    async stop() {
      over.abort()
      await Promise.all(senders)
    },
  }
}

/** Signals a node and waits until every partition it had has handled an event that was sent afterwards. */
async function takenOver(
  traffic: { readonly handled: readonly Handled[] },
  node: Node | undefined,
  signal: NodeJS.Signals,
): Promise<{ readonly partitions: number; readonly firstCommitMs: number; readonly longestWaitMs: number }> {
  const before = new Set(traffic.handled.map(({ partition }) => partition))
  const lost = (node?.owned() ?? []).filter((partition) => before.has(partition))
  const beganMs = performance.now()
  node?.child.kill(signal)
  const firsts = (): readonly number[] =>
    lost.flatMap((partition) => {
      const first = traffic.handled.find((each) => each.partition === partition && each.sentMs > beganMs)
      return first === undefined ? [] : [first.handledMs - beganMs]
    })
  await until(() => firsts().length === lost.length)
  const after = traffic.handled.filter(({ handledMs }) => handledMs > beganMs)
  return {
    partitions: lost.length,
    firstCommitMs: Math.max(...firsts()),
    longestWaitMs: Math.max(...after.map(({ sentMs, handledMs }) => handledMs - sentMs)),
  }
}

async function until(holds: () => boolean): Promise<void> {
  const endMs = performance.now() + 60_000
  while (!holds()) {
    if (performance.now() > endMs) throw new Error('what was waited for did not happen within a minute')
    await sleep(5)
  }
}
