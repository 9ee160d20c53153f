import type { Examination } from './examination.ts'
import { worstOf, type Finding, type Level } from './finding.ts'

/** How a text is shown: its width, and how words of a level are coloured. */
export interface ReportLook {
  readonly columns: number
  readonly paint: (level: Level, text: string) => string
}

const words: { readonly [level in Level]: string } = { wrong: 'WRONG', advice: 'advice', ok: 'ok' }
const levelWidth = 8
const columnsMin = 60

/** The findings for a person, worst first, and what is safe against what. */
export function reportText({ findings, durability, looked, atMs }: Examination, look: ReportLook): string {
  const aboutWidth = Math.max(...findings.map(({ about }) => about.length)) + 2
  const when = new Date(atMs).toLocaleString('sv-SE')
  const safety = [
    ['a process dies', durability.processDies],
    ['a machine dies', durability.machineDies],
    ['a disk dies', durability.diskDies],
  ] as const
  return [
    `FineAcers doctor, ${when}: looked at ${looked.join(', ')}`,
    '',
    ...findings.flatMap((finding) => findingLines(finding, aboutWidth, look)),
    '',
    `What was acknowledged is safe like this, with the journal on ${durability.journal}:`,
    ...safety.flatMap(([what, said]) => hanging(`  ${what.padEnd(levelWidth + aboutWidth - 2)}`, said, look.columns)),
    '',
    summary(findings),
    '',
  ].join('\n')
}

/** The same for programs: one JSON object. */
export function reportJson({ findings, durability, looked, atMs }: Examination): string {
  return `${JSON.stringify({ status: worstOf(findings), atMs, looked, findings, durability }, undefined, 2)}\n`
}

function findingLines(finding: Finding, aboutWidth: number, { columns, paint }: ReportLook): readonly string[] {
  const { level, about, found } = finding
  const head = `${words[level].padEnd(levelWidth)}${about.padEnd(aboutWidth)}`
  const [first = '', ...rest] = hanging(head, found, columns)
  const lines = [paint(level, first.slice(0, levelWidth)) + first.slice(levelWidth), ...rest]
  if (finding.level === 'ok') return lines
  const margin = ' '.repeat(head.length)
  return [...lines, ...hanging(margin, finding.means, columns), ...hanging(`${margin}→ `, finding.todo, columns), '']
}

function summary(findings: readonly Finding[]): string {
  const count = (level: Level): number => findings.filter((finding) => finding.level === level).length
  const { wrong, advice, ok } = { wrong: count('wrong'), advice: count('advice'), ok: count('ok') }
  const head = wrong === 0 ? 'Nothing is wrong' : `${wrong} ${wrong === 1 ? 'thing is' : 'things are'} wrong`
  return `${head}${advice === 0 ? '' : `, ${advice} could be better or could not be seen`}; ${ok} well.`
}

/** A text after a head, broken between words, each further line beneath the text's beginning. */
function hanging(head: string, text: string, columns: number): readonly string[] {
  const width = Math.max(columnsMin - head.length, columns - head.length)
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line].map((each, index) => `${index === 0 ? head : ' '.repeat(head.length)}${each}`)
}
