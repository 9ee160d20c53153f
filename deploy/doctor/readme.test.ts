import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const here = import.meta.dirname
const sources = globSync('*.ts', { cwd: here }).filter((name) => !name.endsWith('.test.ts'))
const checkPattern = /'((?:program|folder|nats|members|journal|mongo|read-models|redis|public)\.(?!sqlite)[a-z-]+)'/g

describe('the page of the doctor', () => {
  it('has every check that there is, and no other', () => {
    const made = sources.flatMap((name) => {
      return [...readFileSync(join(here, name), 'utf8').matchAll(checkPattern)].map((match) => match[1] ?? '')
    })
    const rows = readFileSync(join(here, 'README.md'), 'utf8').matchAll(/^\| (`[^|]+`) \|/gm)
    const listed = [...rows].flatMap(([, names = '']) => names.split(', ').map((name) => name.replaceAll('`', '')))
    expect(listed.toSorted()).toEqual([...new Set(made)].toSorted())
    expect(listed.length).toBeGreaterThan(40)
  })
})
