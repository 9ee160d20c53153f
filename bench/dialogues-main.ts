import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { playDialogues, readDialogues } from './dialogues.ts'
import { signIn } from './live.ts'
import { connectMember } from './member.ts'
import { startServer } from './server-process.ts'

const root = resolve(import.meta.dirname, '..')

/**
 * `npm run dialogues -- --file FILE.jsonl --share 0.1 --read 5`: plays recorded dialogues against a server of its own, prints what became of each
 * message and some transcripts to read; exit code 1 when a message had not exactly one answer or hand-off.
 */
async function main(): Promise<number> {
  const text = { type: 'string' } as const
  const { values } = parseArgs({ options: { file: text, share: text, read: text } })
  const file = values.file ?? resolve(root, '../shared/data/sgd-homes/homes_dev.jsonl')
  const every = Math.max(1, Math.round(1 / Number(values.share ?? 1)))
  const dialogues = readDialogues(file).filter((_, index) => index % every === 0)
  mkdirSync(join(root, '.cache'), { recursive: true })
  const dataFolder = mkdtempSync(join(root, '.cache', 'dialogues-'))
  const server = await startServer({ dataFolder })
  try {
    const staff = await connectMember(server.url, (await signIn(server)).accessToken)
    const beganMs = performance.now()
    const report = await playDialogues(server.url, 'demo', { dialogues, atOnce: 8, staff })
    staff.close()
    const { transcripts, ...counts } = report
    for (const { id, lines } of transcripts.slice(0, Number(values.read ?? 0)))
      process.stdout.write(`\n--- ${id}\n${lines.join('\n')}\n`)
    const seconds = Math.round((performance.now() - beganMs) / 1000)
    process.stdout.write(`${JSON.stringify({ ...counts, seconds }, undefined, 2)}\n`)
    return report.wrong.length === 0 ? 0 : 1
  } finally {
    await server.stop()
    rmSync(dataFolder, { recursive: true, force: true })
  }
}

process.exitCode = await main()
