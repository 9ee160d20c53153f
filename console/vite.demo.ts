import { cp } from 'node:fs/promises'
import { resolve } from 'node:path'

const folder = import.meta.dirname

/** Copies the demo page to `outDir` (default `dist/demo`): plain files without a build step, served at `/`. */
export async function buildDemo(outDir = resolve(folder, '../dist/demo')): Promise<void> {
  await cp(resolve(folder, 'demo'), outDir, {
    recursive: true,
    filter: (source) => !source.endsWith('.md') && !source.endsWith('.ts'),
  })
}
