import { describe, expect, it } from 'vitest'
import { catalogue } from '#machines/catalogue.ts'
import { activeStates, chartOfKind, passedArrows, valueText } from './chart-graph.ts'
import { layoutChart } from './chart-layout.ts'

describe('the drawn chart', () => {
  it('is there for every kind of machine, and every box and arrow gets a place', async () => {
    for (const { kind } of catalogue) {
      const graph = chartOfKind(kind)
      if (graph === undefined) throw new Error(`no chart for ${kind}`)
      const layout = await layoutChart(graph)
      expect(layout.states.map((each) => each.id).toSorted()).toEqual(graph.boxes.map((box) => box.id).toSorted())
      expect(layout.arrows.filter((arrow) => arrow.points.length < 2)).toEqual([])
    }
  })

  it('lights the states a value is in, and marks only arrows that were taken', () => {
    const graph = chartOfKind('conversation')
    if (graph === undefined) throw new Error('no chart')
    expect([...activeStates(graph, { open: 'queued' })].at(-1)).toBe('conversation.open.queued')
    const passed = [...passedArrows(graph, [{ open: { assistant: 'idle' } }, { open: { assistant: 'routing' } }])]
    expect(passed.length).toBeGreaterThan(0)
    expect(passed.every((id) => id.includes('idle'))).toBe(true)
    expect(passedArrows(graph, [{ open: 'queued' }, { open: 'queued' }]).size).toBe(0)
  })

  it('says a state in words', () => expect(valueText({ open: { assistant: 'idle' } })).toBe('open › assistant › idle'))
})
