import { describe, expect, it } from 'vitest'
import type { HttpResult } from '../connection/http.ts'
import { AskedStore } from './asked-store.ts'

const problem = { code: 'unavailable', message: 'The server cannot be reached.', retry: 'later' } as const

describe('a question over HTTP', () => {
  it('is busy until it is answered, and keeps the answer while it is asked again and when that fails', async () => {
    const answers: HttpResult<number>[] = [
      { ok: true, value: 1 },
      { ok: false, error: problem },
      { ok: true, value: 2 },
    ]
    const store = new AskedStore(async () => answers.shift() ?? { ok: false as const, error: problem })
    const asking = store.ask()
    expect(store.state.get()).toEqual({ busy: true })
    await asking
    expect(store.state.get()).toEqual({ busy: false, value: 1 })
    await store.ask()
    expect(store.state.get()).toEqual({ busy: false, value: 1, problem })
    await store.ask()
    expect(store.state.get()).toEqual({ busy: false, value: 2 })
  })

  it('that is asked twice at once has the answer of the later asking, whichever comes first', async () => {
    const pending = [Promise.withResolvers<HttpResult<string>>(), Promise.withResolvers<HttpResult<string>>()] as const
    const store = new AskedStore((which: 0 | 1) => pending[which].promise)
    const both = [store.ask(0), store.ask(1)]
    pending[1].resolve({ ok: true, value: 'later' })
    await both[1]
    pending[0].resolve({ ok: true, value: 'earlier' })
    await both[0]
    expect(store.state.get()).toEqual({ busy: false, value: 'later' })
  })
})
