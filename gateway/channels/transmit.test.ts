import { describe, expect, it } from 'vitest'
import { addressOf } from '#runtime/address.ts'
import type { Json, JsonObject } from '#runtime/json.ts'
import type { EffectContext, Handled, Runtime } from '#runtime/runtime.ts'
import { silentLog } from '#runtime/testing/small-host.ts'
import { createTransmitEffect } from './transmit.ts'

const dispatch = addressOf('acme', 'dispatch', '1:2')
const conversation = addressOf('acme', 'conversation', '1')
const input = { dispatch, conversation, channel: 'whatsapp', sender: 'assistant', epoch: 3, attempt: 1 }

interface Scene {
  /** The attempt has been said by somebody before. */
  readonly begunBefore?: boolean
  readonly journal?: 'refuses to write' | 'refuses to read'
  readonly epoch?: number
  readonly wanted?: boolean
  /** What the call needs. */
  readonly needs?: 'can not be read' | 'are wrong'
}

/** Runs the effect once; answers its outcome and what happened, in order. */
async function transmitted(scene: Scene): Promise<{ readonly outcome: string; readonly done: readonly string[] }> {
  const done: string[] = []
  const runtime: Pick<Runtime, 'submit' | 'inspect'> = {
    async submit({ id }): Promise<Handled> {
      if (scene.journal === 'refuses to write') throw new Error('the journal is away')
      done.push(`said ${id}`)
      return { id: id ?? '', duplicate: scene.begunBefore === true, outcome: 'applied', facts: [] } as Handled
    },
    async inspect() {
      if (scene.journal === 'refuses to read') throw new Error('the journal is away')
      done.push('looked')
      const snapshot = { context: { epoch: scene.epoch ?? 3 } }
      return { snapshot } as unknown as Awaited<ReturnType<Runtime['inspect']>>
    },
  }
  const sender = {
    async prepare() {
      if (scene.needs === 'can not be read') throw new Error('the records are away')
      if (scene.needs === 'are wrong')
        return { outcome: 'refused', action: 'dead-letter', code: 0, reason: 'x' } as const
      done.push('prepared')
      return async () => {
        done.push('called')
        return { outcome: 'accepted', providerId: 'wamid.1' } as const
      }
    },
  }
  const effect = createTransmitEffect({
    senders: { whatsapp: sender },
    runtime: () => runtime as Runtime,
    log: silentLog,
  })
  const context: EffectContext = {
    signal: new AbortController().signal,
    attempt: 1,
    wanted: () => scene.wanted ?? true,
  }
  const request = { address: dispatch, id: 'transmit', epoch: 1, name: 'transmit', input, key: 'key' }
  return { outcome: outcomeIn(await effect.run(request, context)), done }
}

function outcomeIn(output: Json): string {
  const { outcome } = output as JsonObject
  return typeof outcome === 'string' ? outcome : ''
}

describe('the call to a provider', () => {
  it('is said first, then prepared, and made right after the epoch was looked at', async () => {
    const done = ['said key:began', 'prepared', 'looked', 'called']
    expect(await transmitted({})).toEqual({ outcome: 'accepted', done })
  })

  it('is not made once somebody took over, or nobody wants it', async () => {
    expect(await transmitted({ epoch: 4 })).toEqual({
      outcome: 'superseded',
      done: ['said key:began', 'prepared', 'looked'],
    })
    expect((await transmitted({ wanted: false })).outcome).toBe('superseded')
  })

  it('is not made by whoever finds it begun, who claims nothing about it: not even after a take-over', async () => {
    expect(await transmitted({ begunBefore: true })).toEqual({ outcome: 'ambiguous', done: ['said key:began'] })
    expect((await transmitted({ begunBefore: true, epoch: 4 })).outcome).toBe('ambiguous')
  })

  it('is tried again by the runner while it cannot be said, for somebody else may have begun it', async () => {
    await expect(transmitted({ journal: 'refuses to write' })).rejects.toThrow('the journal is away')
  })

  it('certainly was not made by whoever has begun it and cannot look', async () => {
    const done = ['said key:began', 'prepared']
    expect(await transmitted({ journal: 'refuses to read' })).toEqual({ outcome: 'later', done })
  })

  it('certainly was not made where what it needs can not be read, and is not made where that is wrong', async () => {
    const done = ['said key:began']
    expect(await transmitted({ needs: 'can not be read' })).toEqual({ outcome: 'later', done })
    expect(await transmitted({ needs: 'are wrong' })).toEqual({ outcome: 'refused', done })
  })
})
