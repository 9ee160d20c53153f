import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { catalogue } from './catalogue.ts'
import { replayed, type History } from './testing/record-histories.ts'

const folder = new URL('./histories/', import.meta.url)

describe('recorded histories', () => {
  it('[M11] there is one of every machine at its present version', () => {
    const missing = catalogue.map(({ kind, version }) => `${kind}@${version}.json`)
    expect(missing.filter((file) => !existsSync(new URL(file, folder)))).toEqual([])
  })

  for (const file of readdirSync(folder)) {
    it(`[M11] ${file} replays to the same facts and the same end`, () => {
      const history = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as History
      const hosted = catalogue.find(({ kind, version }) => history.machine === `${kind}@${version}`)
      if (hosted === undefined) throw new Error(`${history.machine} cannot be replayed any more`)
      for (const run of history.runs) expect(replayed(hosted.machine, run)).toEqual(run)
    })
  }
})
