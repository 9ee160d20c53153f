import { projections } from '#deploy/projections.ts'
import { catalogue } from '#machines/catalogue.ts'
import { addressOf } from '#runtime/address.ts'
import { idleEffects } from './idle-effects.ts'
import { bareRuntime } from './steps.ts'

/** Fills a data folder with 100,000 leads and dies by `kill -9` while it still writes: `node bench/fill.ts FOLDER`. */
async function main(folder: string): Promise<void> {
  const { runtime } = await bareRuntime(folder, catalogue, {
    effects: idleEffects(),
    projections,
  })
  const signal = new AbortController().signal
  const conversations = 100_000
  for (let from = 0; from < conversations; from += 1000) {
    await Promise.all(
      Array.from({ length: 1000 }, (_, index) =>
        runtime.submit(
          {
            to: addressOf('demo', 'conversation', `old${from + index}`),
            event: {
              type: 'conversation.opened',
              channel: 'widget',
              visitorId: `old${from + index}`,
              language: 'en',
              timeZone: 'Asia/Kolkata',
            },
          },
          signal,
        ),
      ),
    )
  }
  process.kill(process.pid, 'SIGKILL')
}

await main(process.argv[2] ?? '')
