import { parseArgs, styleText } from 'node:util'
import { systemClock } from '#runtime/adapters/system/clock.ts'
import { readConfig } from '../config.ts'
import { examine } from './examination.ts'
import { worstOf, type Level } from './finding.ts'
import { reportJson, reportText, type ReportLook } from './report.ts'

const usage = `fineacers doctor          looks at everything the settings name, says what is wrong and what to do
  --json                  the same for programs: one JSON object
`
const columnsMax = 120
const options = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const

/** `fineacers doctor`. Answers the exit code: 0 nothing is wrong, 1 something is, 2 not understood. Throws an `Error` that names settings that are wrong. */
export async function doctor(
  words: readonly string[],
  variables: { readonly [name: string]: string | undefined },
): Promise<0 | 1 | 2> {
  const wish = understood(words)
  if (wish === undefined) return 2
  if (wish.help === true) {
    process.stdout.write(usage)
    return 0
  }
  const examination = await examine(readConfig(variables), systemClock())
  process.stdout.write(wish.json === true ? reportJson(examination) : reportText(examination, look()))
  return worstOf(examination.findings) === 'wrong' ? 1 : 0
}

function understood(words: readonly string[]): { readonly json?: boolean; readonly help?: boolean } | undefined {
  try {
    return parseArgs({ args: [...words], options }).values
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
    return undefined
  }
}

const colours: { readonly [level in Level]: 'red' | 'yellow' | 'green' } = {
  wrong: 'red',
  advice: 'yellow',
  ok: 'green',
}

/** A terminal's own width, and colours where it has them. */
function look(): ReportLook {
  return {
    columns: Math.min(columnsMax, process.stdout.columns ?? 100),
    paint: (level, text) => styleText(colours[level], text, { stream: process.stdout }),
  }
}
