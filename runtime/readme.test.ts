import { readFileSync } from 'node:fs'
import { assign, emit, setup } from 'xstate'
import { expect, test } from 'vitest'
import { createMemoryJournal } from './adapters/memory/journal.ts'
import { addressOf } from './address.ts'
import { createRuntime } from './host.ts'
import { createManualClock } from './testing/manual-clock.ts'
import { createSeededIds } from './testing/seeded-ids.ts'
import { noDocuments, ownerOfAll, silentLog } from './testing/small-host.ts'

const ports = {
  journal: createMemoryJournal({ partitions: 4 }),
  documents: noDocuments,
  membership: ownerOfAll('one', 4),
  clock: createManualClock(0),
  ids: createSeededIds(1),
  log: silentLog,
}
const { signal } = new AbortController()

test('the snippet of the README works, and is this code', async () => {
  const counter = setup({
    types: { context: {} as { count: number }, events: {} as { type: 'add'; by: number } },
  }).createMachine({
    context: { count: 0 },
    on: {
      add: {
        actions: [
          assign({ count: ({ context, event }) => context.count + event.by }),
          emit(({ context }) => ({ type: 'counted', count: context.count })),
        ],
      },
    },
  })
  const runtime = await createRuntime({
    ...ports,
    machines: [{ kind: 'counter', version: 1, machine: counter, input: () => ({}) }],
    settings: () => ({}),
    effects: {},
    projections: [],
  })
  const to = addressOf('acme', 'counter', 'visits')
  const handled = await runtime.submit({ to, event: { type: 'add', by: 2 }, id: 'visit-1' }, signal)
  // handled.facts[0] is { type: 'counted', data: { count: 2 }, revision: 1, … }; the same id again changes nothing

  expect(handled.facts[0]).toMatchObject({ type: 'counted', data: { count: 2 }, revision: 1 })
  expect(await runtime.submit({ to, event: { type: 'add', by: 2 }, id: 'visit-1' }, signal)).toMatchObject({
    duplicate: true,
  })
  await runtime.stop()
  const here = words(readFileSync(new URL('readme.test.ts', import.meta.url), 'utf8'))
  const snippet =
    /```ts\n([\s\S]*?)```/.exec(readFileSync(new URL('README.md', import.meta.url), 'utf8'))?.[1] ?? 'none'
  expect(here).toContain(words(snippet))
})

/** Formatting apart: the page is narrower than the code. */
function words(text: string): string {
  return text.replace(/[\s,]+/g, '')
}
