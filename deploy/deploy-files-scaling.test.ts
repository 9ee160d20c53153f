import { describe, expect, it } from 'vitest'
import { gatewayLimits } from '#gateway/config.ts'
import { defaultRetention } from '#runtime/adapters/nats/journal-layout.ts'
import { defaultLimits } from '#runtime/limits.ts'
import { settingNames } from './config.ts'
import { textOf } from './testing/deploy-folder.ts'

const page = textOf('docs/scaling.md')
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  )

function input(name: string): number {
  const row = rows.find(([first]) => first === `\`${name}\``)
  if (row === undefined) throw new Error(`scaling.md has no input ${name}`)
  return Number(row[1]?.replaceAll(',', ''))
}

function result(name: string): readonly number[] {
  const row = rows.find(([first]) => first === name)
  if (row === undefined) throw new Error(`scaling.md has no result ${name}`)
  return row.slice(1).map((cell) => Number(cell.replaceAll(',', '')))
}

const loads = result('`M`: messages a day')
const steps = (load: number) => load * input('stepsPerMessage')
const peakSteps = (load: number) => (steps(load) / 86_400) * input('peakFactor')
const ids = (load: number) => steps(load) * input('inboxDays')
const memoryGb = (load: number) => (ids(load) * input('subjectBytes')) / 1e9
const messages = (load: number) => steps(load) * (input('inboxDays') + input('stepDays'))
const sockets = (load: number) =>
  ((load / input('messagesPerVisit')) * input('visitMinutes') * input('peakFactor')) / 1440
const kbPerStep = input('inboxDays') * input('inboxKb') + input('stepDays') * input('stepKb')

const formulas: { readonly [name: string]: (load: number) => number } = {
  'peak steps a second': peakSteps,
  'remembered ids': ids,
  'memory of NATS, GB': memoryGb,
  'disk of NATS, GB': (load) => (steps(load) * kbPerStep) / 1e6,
  'messages in the stream': messages,
  'restart of one server, s': (load) => messages(load) / input('restorePerSecond'),
  'archive a year, GB': (load) => (steps(load) * input('stepKb') * 365) / 1e6,
  'sockets at the peak': sockets,
  gateways: (load) => Math.max(2, Math.ceil(sockets(load) / input('socketsPerGateway'))),
  streams: (load) =>
    Math.ceil(
      Math.max(memoryGb(load) / input('serverMemoryGb'), peakSteps(load) / (input('streamStepsPerSecond') / 2)),
    ),
}

describe('docs/scaling.md', () => {
  it.each(Object.keys(formulas))('computes «%s» from its figures', (name) => {
    const formula = formulas[name]
    expect(loads.length).toBe(4)
    for (const [index, load] of loads.entries()) {
      const wanted = formula?.(load) ?? Number.NaN
      const printed = result(name)[index] ?? Number.NaN
      // Printed with two or more digits: within one part in fifty, counts exactly.
      const slack = name === 'gateways' || name === 'streams' ? 0 : Math.max(0.02 * wanted, 0.005)
      expect(Math.abs(printed - wanted), `${name} at ${load}: ${wanted}`).toBeLessThanOrEqual(slack)
    }
  })

  it('takes the constants that are ours from the code', () => {
    const dayMs = 24 * 60 * 60 * 1000
    expect(input('inboxDays')).toBe(defaultRetention.inboxMs / dayMs)
    expect(input('stepDays')).toBe(defaultRetention.stepsMs / dayMs)
    expect(page).toContain(`\`residentMax\` ${defaultLimits.residentMax.toLocaleString('en')} actors`)
    const [, groupMax] = /const natsGroupMax = (\d+)/.exec(textOf('deploy/stores.ts')) ?? []
    expect(page).toContain(`commits up to ${groupMax} steps`)
    const partitions = settingNames().find(({ name }) => name === 'FINEACERS_PARTITIONS')?.byDefault
    expect(page).toContain(`fixed with it (${String(partitions)})`)
    expect(input('socketsPerGateway')).toBeLessThan(gatewayLimits.socketsMax)
  })

  it('takes what the bench measured from the README', () => {
    const [, kb] = /\| A resident conversation[^|]*\| ([\d.]+) KB/.exec(textOf('README.md')) ?? []
    expect(Math.abs(input('actorKb') - Number(kb)) / Number(kb), 'within the ± 30 % of these machines').toBeLessThan(
      0.3,
    )
  })
})
