import { describe, expect, it } from 'vitest'
import { refusedEvent } from './refused-event.ts'
import { after, afterAll, onStage, said, since } from './testing/harness.ts'

const message = { subject: 'fineacers.acme.leads.captured', headers: {}, body: '{', encoding: 'text' }
const came = { type: 'event.refused', message, reasons: ['the body is not JSON'] }
const fresh = onStage(refusedEvent.machine, refusedEvent.input('acme/refused-event/1', {}))

describe('a refused event', () => {
  it('[M21] is kept as it came, and the same again changes nothing', () => {
    const stage = after(fresh, came)
    expect(said(stage, 'event-refused')).toEqual([{ type: 'event-refused', message, reasons: came.reasons }])
    expect(stage.snapshot.context).toMatchObject({ message, reasons: came.reasons })
    expect(since(after(stage, came), stage).facts).toEqual([])
  })

  it('[M21] mended and wrong still, it waits with its new reasons', () => {
    const stage = afterAll(fresh, [came, { type: 'event.mended', text: '{}', reasons: ['no id'], by: 'Asha' }])
    expect(stage.snapshot.value).toBe('waiting')
    expect(stage.snapshot.context).toMatchObject({ message, text: '{}', reasons: ['no id'] })
  })

  it.each([
    { type: 'event.replayed', lead: 'acme/lead/1', text: '{}', by: 'Asha' },
    { type: 'event.replayed', lead: 'acme/lead/1', by: 'Asha' },
    { type: 'event.discarded', by: 'Asha' },
  ])('[M21] is settled once: after $type whoever comes second is told by whom', (settled) => {
    const stage = afterAll(fresh, [came, settled])
    const { type, ...data } = settled
    expect(stage.facts.at(-1)).toEqual({ type: type.replace('.', '-'), ...data })
    expect(stage.snapshot.context).toMatchObject({ message: { body: '' }, by: 'Asha' })
    for (const late of [
      { type: 'event.replayed', lead: 'acme/lead/2', by: 'Ravi' },
      { type: 'event.discarded', by: 'Ravi' },
      { type: 'event.mended', text: '', reasons: [], by: 'Ravi' },
    ]) {
      const { facts } = since(after(stage, late), stage)
      expect(facts).toMatchObject([{ type: 'command-refused', message: 'Asha has dealt with this one' }])
    }
  })

  it('is not there before it came', () => {
    const stage = after(fresh, { type: 'event.discarded', by: 'Asha' })
    expect(stage.facts).toMatchObject([{ type: 'command-refused', message: 'there is no such event' }])
  })
})
