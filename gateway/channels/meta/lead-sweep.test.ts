import { describe, expect, it } from 'vitest'
import { openSqliteRecords } from '#runtime/adapters/sqlite/records.ts'
import type { NewEvent } from '#runtime/event.ts'
import type { Log } from '#runtime/ports/log.ts'
import { createManualClock } from '#runtime/testing/manual-clock.ts'
import type { PageConnection } from '../../connections/page-connection.ts'
import { failed, type Asked } from '../whatsapp/graph-answer.ts'
import type { AdLead, GraphLeads } from '../whatsapp/graph-leads.ts'
import { startLeadSweep, sweepEveryMs, sweepLeads, type LeadSweepOptions } from './lead-sweep.ts'

const startMs = Date.parse('2026-10-01T12:00:00Z')
const hour = 60 * 60 * 1000
const connection: PageConnection = {
  workspace: 'acme',
  page: '516',
  name: '',
  accessToken: 'a-page-token',
  appSecrets: [],
  verifyToken: 'v',
  forms: [],
  consents: {},
}

const refused = failed({ kind: 'refused', reason: 'The token has ended.' })

/** A sweep whose Meta has these leads by form, or refuses. */
function sweeping(leads: { [form: string]: readonly string[] | typeof refused }, forms: readonly string[] = []) {
  const clock = createManualClock(startMs)
  const sent: NewEvent[] = []
  const asked: { readonly form: string; readonly sinceMs: number }[] = []
  const warned: string[] = []
  const graph: Pick<GraphLeads, 'leadsOf' | 'formsOf'> = {
    formsOf: async () => ({ ok: true, value: Object.keys(leads) }),
    async leadsOf({ form, sinceMs }): Promise<Asked<readonly AdLead[]>> {
      asked.push({ form, sinceMs })
      const found = leads[form] ?? []
      if ('ok' in found) return found
      return { ok: true, value: found.map((id) => ({ id, createdAtMs: startMs, fields: [], disclaimers: [] })) }
    },
  }
  const log: Log = { debug: () => {}, info: () => {}, error: () => {}, warn: (line) => void warned.push(line) }
  const options: LeadSweepOptions = {
    pages: { pages: async () => [{ ...connection, forms }], page: async () => undefined },
    workspaces: ['acme'],
    graph,
    records: openSqliteRecords({ file: ':memory:' }),
    runtime: {
      async send(event) {
        sent.push(event)
        return { id: '', duplicate: false, position: sent.length }
      },
    },
    clock,
    log,
  }
  return { options, clock, sent, asked, warned, sweep: () => sweepLeads(options, new AbortController().signal) }
}

describe('the sweep for leads whose ping was lost', () => {
  it('tells of every lead of every form, each under an id that is the same each time', async () => {
    const { sweep, sent } = sweeping({ '551': ['1', '2'], '552': ['3'] })
    await sweep()
    await sweep()
    expect(sent.map(({ to, id }) => `${to} ${id}`)).toEqual([
      'acme/lead-ad/1 sweep:1',
      'acme/lead-ad/2 sweep:2',
      'acme/lead-ad/3 sweep:3',
      'acme/lead-ad/1 sweep:1',
      'acme/lead-ad/2 sweep:2',
      'acme/lead-ad/3 sweep:3',
    ])
  })

  it('begins 37 hours back, and goes on an hour before where it has been', async () => {
    const { sweep, asked, clock } = sweeping({ '551': [] })
    await sweep()
    await clock.advance(sweepEveryMs)
    await sweep()
    expect(asked.map(({ sinceMs }) => sinceMs)).toEqual([startMs - 37 * hour, startMs - hour])
  })

  it('looks through the forms that were chosen alone', async () => {
    const { sweep, asked } = sweeping({ '551': [], '552': [] }, ['552'])
    await sweep()
    expect(asked.map(({ form }) => form)).toEqual(['552'])
  })

  it('does not move on where a form could not be read, and such a form holds up no other', async () => {
    const leads: Parameters<typeof sweeping>[0] = { '551': refused, '552': ['3'] }
    const { sweep, asked, sent, warned, clock } = sweeping(leads)
    await sweep()
    expect(sent).toHaveLength(1)
    expect(warned).toEqual(['the leads of a form could not be read'])
    await clock.advance(3 * hour)
    leads['551'] = ['1']
    await sweep()
    expect(sent.map(({ to }) => to)).toContain('acme/lead-ad/1')
    expect(asked.slice(2).map(({ form, sinceMs }) => [form, startMs - sinceMs])).toEqual([
      ['551', 37 * hour],
      ['552', hour],
    ])
  })

  it('does not move on when what was found could not be told', async () => {
    const scene = sweeping({ '551': ['1'] })
    const send = () => Promise.reject(new Error('the journal is away'))
    await expect(sweepLeads({ ...scene.options, runtime: { send } }, new AbortController().signal)).rejects.toThrow(
      /away/,
    )
    expect(await scene.options.records.list('lead-sweeps', '', 10)).toEqual([])
  })

  it('goes on every quarter of an hour, also after one that failed, until it is stopped', async () => {
    const scene = sweeping({ '551': ['1'] })
    const sweep = startLeadSweep(scene.options)
    await scene.clock.settle()
    await scene.clock.advance(sweepEveryMs)
    await sweep.stop()
    await scene.clock.advance(sweepEveryMs)
    expect(scene.asked).toHaveLength(2)
  })
})
