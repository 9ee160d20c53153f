import { Gauge, type Registry } from 'prom-client'
import type { LeadEventStats } from './start.ts'

const helps: { readonly [stat in keyof LeadEventStats]: string } = {
  taken: 'Lead events taken in since the start, repeats left out.',
  repeated: 'Lead events that had been taken in before.',
  refused: 'Lead events kept for a person, with what is wrong.',
  returned: 'Lead events handed back to the bus to come again.',
  inFlight: 'Lead events being taken in now.',
  published: 'Facts published for other systems since the start.',
  position: 'The last fact that is published, with everything before it.',
  retries: 'Times that publishing had to be tried again.',
  unpublishable: 'Facts that the bus will never take.',
  behindMs: 'Age of the oldest fact that is not published yet.',
}

/** What a process tells of its lead events; 0 of what it has no part in. Times in seconds. */
export function leadEventGauges(stats: () => Partial<LeadEventStats>, registers: Registry[]): void {
  for (const [stat, help] of Object.entries(helps)) {
    const isTime = stat.endsWith('Ms')
    const words = stat.replace(/Ms$/, 'Seconds').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    new Gauge({
      name: `fineacers_lead_events_${words}`,
      help,
      registers,
      collect() {
        const value: unknown = Object.entries(stats()).find(([name]) => name === stat)?.[1]
        const number = typeof value === 'number' ? value : 0
        this.set(isTime ? number / 1000 : number)
      },
    }).set(0)
  }
}
