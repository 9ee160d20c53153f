import { readFileSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Figure } from './measure.ts'

const dist = resolve(import.meta.dirname, '../dist')

/** What a browser fetches before it shows something, gzip. */
export function measureSizes(): readonly Figure[] {
  const loader = kilobytes([join(dist, 'widget/loader.js')])
  const widget = kilobytes(filesBelow(join(dist, 'widget')).filter((file) => /\.(js|css)$/.test(file)))
  const page = readFileSync(join(dist, 'console/index.html'), 'utf8')
  const first = [...page.matchAll(/(?:src|href)="\/console\/([^"]+\.(?:js|css))"/g)].map((match) =>
    join(dist, 'console', match[1] ?? ''),
  )
  const console = kilobytes(first)
  return [
    { what: 'Widget loader, gzip', value: `${loader.toFixed(1)} KB`, bar: '< 5 KB', holds: loader < 5 },
    {
      what: 'Widget, everything a first open fetches, gzip',
      value: `${widget.toFixed(1)} KB`,
      bar: '< 60 KB',
      holds: widget < 60,
    },
    { what: 'Console first load, gzip', value: `${console.toFixed(0)} KB`, bar: '< 300 KB', holds: console < 300 },
  ]
}

function kilobytes(files: readonly string[]): number {
  return files.reduce((sum, file) => sum + gzipSync(readFileSync(file), { level: 9 }).length, 0) / 1024
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}
