import { catalogue } from '#machines/catalogue.ts'
import { addressOf } from '#runtime/address.ts'
import { idleEffects } from './idle-effects.ts'
import { garbageCollector } from './garbage-collector.ts'
import type { Figure } from './measure.ts'
import { bareRuntime } from './steps.ts'

const conversations = 5_000

/** Memory of a conversation that stays in memory after four messages, from the heap before and after 5,000 of them. */
export async function measureResident(folder: (name: string) => string): Promise<readonly Figure[]> {
  const { runtime, close } = await bareRuntime(folder('resident'), catalogue, {
    effects: idleEffects(),
    limits: { residentMax: 100_000 },
  })
  const collect = garbageCollector()
  await chat(runtime, 0, 200)
  const before = collect()
  await chat(runtime, 200, conversations)
  const after = collect()
  const actors = conversations
  await close()
  const kilobytes = (after - before) / actors / 1024
  return [
    {
      what: 'A resident conversation with four messages',
      value: `${kilobytes.toFixed(1)} KB`,
      bar: '< 10 KB',
      holds: kilobytes < 10,
    },
  ]
}

async function chat(
  runtime: Awaited<ReturnType<typeof bareRuntime>>['runtime'],
  from: number,
  count: number,
): Promise<void> {
  const signal = new AbortController().signal
  for (let start = 0; start < count; start += 200) {
    await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        const to = addressOf('bench', 'conversation', `c${from + start + index}`)
        await runtime.submit(
          { to, event: { type: 'member.take-over', memberId: 'm', name: 'Member', via: 'api' } },
          signal,
        )
        for (let n = 1; n <= 4; n++) {
          await runtime.submit(
            {
              to,
              event: {
                type: 'message.received',
                clientId: `m${n}`,
                text: 'a 3 bhk in whitefield under 1.2 crore',
                complete: true,
                channel: 'widget',
              },
            },
            signal,
          )
        }
      }),
    )
  }
}
