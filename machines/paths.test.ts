import { getShortestPaths } from '@xstate/graph'
import type { AnyMachineSnapshot, AnyStateMachine } from 'xstate'
import { describe, expect, it } from 'vitest'
import { catalogue } from './catalogue.ts'
import { activeIds, chartOf, type Chart } from './chart.ts'
import { broken } from './testing/conversation-rules.ts'
import { scriptAddress, scripts } from './testing/event-script.ts'
import { after, onStage, type StageEvent } from './testing/harness.ts'

/** States a machine can rest in: not those it leaves at once. */
function resting(chart: Chart): readonly string[] {
  const passed = new Set(
    chart.transitions.filter((each) => each.event === 'always' && each.guard === undefined).map((each) => each.from),
  )
  return chart.states.map((each) => each.id).filter((id) => !passed.has(id))
}

describe('generated paths', () => {
  for (const hosted of catalogue) {
    const { kind, machine } = hosted
    it(`[M11] reach every state of ${kind}, and every path can be walked under a host`, () => {
      const script = scripts[kind]
      if (script === undefined) throw new Error(`no script for ${kind}`)
      const own = machine as AnyStateMachine
      const given = hosted.input(scriptAddress(kind), {})
      const paths = getShortestPaths(own, {
        input: given,
        events: script.events.map((each) => ({ eventId: 'e', atMs: 1_800_000_000_000, ...each })),
        limit: 50_000,
        serializeState: (state) => {
          const { value, context } = state as AnyMachineSnapshot
          return `${JSON.stringify(value)}${script.key(context)}`
        },
      })
      const chart = chartOf(own)
      const reached = new Set<string>()
      for (const path of paths) {
        const events = path.steps.map((each) => each.event as StageEvent).filter(({ type }) => type !== 'xstate.init')
        const end = events.reduce((stage, event) => after(stage, event), onStage(own, given))
        for (const id of activeIds(chart, end.snapshot.value)) reached.add(id)
        if (kind === 'conversation') expect(broken(end)).toEqual([])
      }
      expect(resting(chart).filter((id) => !reached.has(id))).toEqual([])
    })
  }
})
