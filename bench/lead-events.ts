import { setTimeout as sleep } from 'node:timers/promises'
import { jetstream } from '@nats-io/jetstream'
import type { StaffFrame } from '#gateway/protocol.ts'
import { leadEventFloor } from './floors/lead-event-floor.ts'
import { signIn } from './live.ts'
import { connectMember } from './member.ts'
import { milliseconds, quantile, spread, type Figure } from './measure.ts'
import { natsHouse, type NatsHouse } from './nats-house.ts'
import { startServer, type ServerProcess } from './server-process.ts'

interface Pace {
  readonly perSecond: number
  readonly seconds: number
}

const pace: Pace = { perSecond: 500, seconds: 20 }
/** What a large company has in its busiest minutes. */
const quietPace: Pace = { perSecond: 20, seconds: 15 }
const warmUp: Pace = { perSecond: 100, seconds: 3 }
/** Published together, so often: an even pace without a timer for each. */
const everyMs = 10
const source = 'bench'

/**
 * Lead events at an even pace through NATS, synced at every write, into a whole house in a process of its own: from publishing one to the first frame that
 * shows its lead in a console with its list open. Publisher and console share a clock; servers and all share the cores.
 */
export async function measureLeadEvents(folder: (name: string) => string): Promise<readonly Figure[]> {
  const nats = await natsHouse(folder('lead-events-nats'))
  const environment = { NATS_URL: nats.url, FINEACERS_SAMPLE: 'no' }
  const server = await startServer({ dataFolder: folder('lead-events'), environment })
  const stop = async (): Promise<void> => void (await server.stop())
  try {
    const figures = await publishAndWatch(nats, server)
    await stop()
    const floor = await leadEventFloor(nats.connection, { ...pace, seconds: 10 })
    const what = `… at ${pace.perSecond} events/s, its messages alone in raw batches, to the first step delivered`
    return [...figures, { what, value: spread(floor), bar: '', holds: floor.length === pace.perSecond * 10 }]
  } finally {
    await stop()
    await nats.close()
  }
}

async function publishAndWatch(nats: NatsHouse, server: ServerProcess): Promise<readonly Figure[]> {
  const staff = await connectMember(server.url, (await signIn(server)).accessToken)
  const opened = await staff.command({ type: 'lead.list', query: { limit: 50, source } })
  if (!opened.ok) throw new Error(opened.error.message)
  const published = new Map<string, number>()
  const took: number[] = []
  staff.onFrame((frame) => {
    const atMs = published.get(eventOf(frame) ?? '')
    if (atMs === undefined) return
    published.delete(eventOf(frame) ?? '')
    took.push(performance.now() - atMs)
  })
  const measure = async (
    prefix: string,
    at: Pace,
  ): Promise<{ readonly took: readonly number[]; readonly events: number }> => {
    took.splice(0)
    const events = await publish(nats, at, { prefix, published })
    await until(() => published.size === 0)
    return { took: [...took], events }
  }
  await measure('warm', warmUp)
  const quiet = await measure('quiet', quietPace)
  const busy = await measure('lead', pace)
  staff.close()
  const [p50, p99] = [quantile(busy.took, 0.5), quantile(busy.took, 0.99)]
  const what = 'Lead event published on NATS to frame in the console'
  return [
    {
      what: `${what}, ${pace.perSecond} events/s (${busy.took.length} of ${busy.events})`,
      value: spread(busy.took),
      bar: `p50 < ${milliseconds(25)}, p99 < ${milliseconds(150)}`,
      holds: busy.took.length === busy.events && p50 < 25 && p99 < 150,
    },
    {
      what: `… at ${quietPace.perSecond} events/s (${quiet.took.length} of ${quiet.events})`,
      value: spread(quiet.took),
      bar: '',
      holds: quiet.took.length === quiet.events,
    },
  ]
}

function eventOf(frame: StaffFrame): string | undefined {
  return frame.type === 'lead' ? frame.lead.profile.extra?.['event-id'] : undefined
}

/** Publishes at a pace, whether or not those before have arrived. Answers how many. */
async function publish(
  { connection }: NatsHouse,
  { perSecond, seconds }: Pace,
  { prefix, published }: { readonly prefix: string; readonly published: Map<string, number> },
): Promise<number> {
  const stream = jetstream(connection)
  const sent: Promise<unknown>[] = []
  const beganMs = performance.now()
  for (let count = 0; count < perSecond * seconds;) {
    const due = Math.min(perSecond * seconds, Math.floor(((performance.now() - beganMs) * perSecond) / 1000))
    for (; count < due; count++) {
      const id = `${prefix}-${count}`
      published.set(id, performance.now())
      sent.push(stream.publish('fineacers.demo.leads.captured', JSON.stringify(leadOf(id, count))))
    }
    await sleep(everyMs)
  }
  await Promise.all(sent)
  return sent.length
}

function leadOf(id: string, count: number): object {
  const data = {
    name: `Lead ${id}`,
    phone: `+9198${String(id.length * 10_000_000 + count).padStart(8, '0')}`,
    source,
    city: 'Pune',
  }
  return { specversion: '1.0', id, source: '/bench', type: 'com.fineacers.lead.captured.v1', data }
}

async function until(passes: () => boolean): Promise<void> {
  const endAtMs = performance.now() + 60_000
  while (!passes() && performance.now() < endAtMs) await sleep(50)
}
