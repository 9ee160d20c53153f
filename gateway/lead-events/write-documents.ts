/** Writes what is published about the lead events into `docs/lead-events/`: `node gateway/lead-events/write-documents.ts`. A test holds it there. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { publishedDocuments } from './documents.ts'

if (import.meta.main) {
  const folder = fileURLToPath(new URL('../../docs/lead-events/', import.meta.url))
  rmSync(`${folder}schemas`, { recursive: true, force: true })
  mkdirSync(`${folder}schemas`, { recursive: true })
  for (const [name, text] of publishedDocuments()) writeFileSync(`${folder}${name}`, text)
}
