import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { catalogue } from './catalogue.ts'
import { activeIds, chartHash, chartOf } from './chart.ts'

describe('a chart', () => {
  it('tells states, work and transitions in words', () => {
    const chart = chartOf(catalogue.find((each) => each.kind === 'conversation')?.machine)
    const states = new Map(chart.states.map((each) => [each.id, each]))
    expect(states.get('conversation.open.assistant.routing')).toEqual({
      id: 'conversation.open.assistant.routing',
      parent: 'conversation.open.assistant',
      type: 'atomic',
      label: 'routing',
      invokes: ['route'],
    })
    expect(states.get('conversation')).toMatchObject({ type: 'compound', initial: 'conversation.open' })
    const from = (id: string) => chart.transitions.filter((each) => each.from === id).map((each) => each.event)
    expect(new Set(from('conversation.open.assistant.routing'))).toEqual(
      new Set(['customer.wrote', 'after routeTimeout', 'route done', 'route failed']),
    )
    expect(chart.transitions).toContainEqual({
      id: expect.any(String) as string,
      from: 'conversation.open.assistant.answering',
      to: 'conversation.open.assistant.checking',
      event: 'answer done',
      guard: 'drafted',
      actions: ['keepDraft'],
    })
  })

  it('names every action and guard, so that nothing in a picture is a riddle', () => {
    for (const { machine } of catalogue) {
      for (const { actions, guard } of chartOf(machine).transitions) {
        expect([...actions, guard ?? ''].filter((each) => /inline|^xstate\./.test(each))).toEqual([])
      }
    }
  })

  it('has ids that are unique, and ends of arrows that exist', () => {
    for (const { machine } of catalogue) {
      const { states, transitions } = chartOf(machine)
      const ids = new Set(states.map((each) => each.id))
      expect(ids.size).toBe(states.length)
      expect(new Set(transitions.map((each) => each.id)).size).toBe(transitions.length)
      expect(transitions.filter((each) => !ids.has(each.to) || !ids.has(each.from))).toEqual([])
    }
  })

  it('lights the states of a value, regions too', () => {
    const chart = chartOf(catalogue.find((each) => each.kind === 'queue')?.machine)
    expect(activeIds(chart, { line: 'empty', shift: 'staffed' })).toEqual([
      'queue',
      'queue.line',
      'queue.line.empty',
      'queue.shift',
      'queue.shift.staffed',
    ])
  })

  for (const { kind, machine } of catalogue) {
    it(`of ${kind} is the one in its picture: run \`node machines/draw.ts\` when it is not`, () => {
      const picture = readFileSync(new URL(`./pictures/${kind}.svg`, import.meta.url), 'utf8')
      expect(picture).toContain(`data-chart="${chartHash(chartOf(machine))}"`)
    })
  }
})
