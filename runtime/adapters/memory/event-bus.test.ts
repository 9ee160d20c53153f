import { createManualClock } from '../../testing/manual-clock.ts'
import { describeEventBus } from '../../testing/contracts/event-bus-contract.ts'
import { createMemoryBusStore, createMemoryEventBus } from './event-bus.ts'

const clock = createManualClock(Date.UTC(2026, 0, 5))
let store = createMemoryBusStore()
let count = 0

describeEventBus('in memory', {
  open: async () => {
    store = createMemoryBusStore()
    return createMemoryEventBus({ clock, store })
  },
  again: async () => createMemoryEventBus({ clock, store }),
  pass: (ms) => clock.advance(ms),
  word: () => `w${count++}`,
})
