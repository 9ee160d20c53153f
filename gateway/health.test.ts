import { describe, expect, it } from 'vitest'
import { createManualClock } from '#runtime/testing/manual-clock.ts'
import { createHealth, factsLagMax, type HealthParts } from './health.ts'

const quiet = { factsLag: 0, inboxLag: 0 }

function health(parts: Partial<HealthParts>) {
  const clock = createManualClock(0)
  const checks = { journal: async () => undefined, documents: async () => undefined, ephemeral: () => true }
  return { clock, ...createHealth({ clock, checks, needs: ['journal'], lags: () => quiet, ...parts }) }
}

describe('readiness', () => {
  it('is ready when everything answers, whatever it answers', async () => {
    expect(await health({}).readiness()).toEqual({
      status: 'ready',
      dependencies: { journal: 'answers', documents: 'answers', ephemeral: 'answers' },
      ...quiet,
    })
  })

  it.each([
    ['says no', () => false],
    ['refuses', () => Promise.reject(new Error('away'))],
    [
      'throws',
      () => {
        throw new Error('closed')
      },
    ],
  ])('names what %s, and fails only where the process can not do without it', async (_, silent) => {
    const checks = { journal: async () => undefined, documents: silent }
    expect(await health({ checks }).readiness()).toMatchObject({
      status: 'degraded',
      dependencies: { journal: 'answers', documents: 'silent' },
    })
    expect(await health({ checks, needs: ['documents'] }).readiness()).toMatchObject({ status: 'not-ready' })
  })

  it('waits two seconds for an answer and no longer', async () => {
    const { clock, readiness } = health({ checks: { journal: () => new Promise(() => undefined) } })
    const asked = readiness()
    await clock.advance(2000)
    expect(await asked).toMatchObject({ status: 'not-ready', dependencies: { journal: 'silent' } })
  })

  it('tells how far read models are behind; far behind is a fault only of a process that builds them for itself', async () => {
    const lags = () => ({ factsLag: factsLagMax + 1, inboxLag: 3 })
    expect(await health({ lags }).readiness()).toMatchObject({ status: 'degraded', ...lags() })
    expect(await health({ lags, mustKeepUp: true }).readiness()).toMatchObject({ status: 'not-ready' })
    const projector = { active: true, position: 7, factsLag: 2, behindMs: 40 }
    expect(await health({ projector: () => projector }).readiness()).toMatchObject({ status: 'ready', projector })
  })
})
