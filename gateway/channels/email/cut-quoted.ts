/** Lines with which mail programs begin what is quoted: `On … wrote:` in the languages of our customers, and Outlook's. */
const openers: readonly RegExp[] = [
  /^.{0,300}\b(?:wrote|escribió|a écrit|escreveu|ha scritto)\s?:$/u,
  /^Am .{5,300}\bschrieb\b.{0,200}:$/u,
  /ने (?:यह )?लिखा\s?:$/u,
  /^-{2,}\s*(?:Original Message|Forwarded message)\s*-{2,}$/iu,
  /^_{10,}$/u,
]
const outlook = /^(?:From|Von|De|प्रेषक)\s?: .+/u
const outlookNext = /^(?:Sent|Date|Gesendet|Envoyé|Enviado|To|भेजा)\s?: /u

/** What somebody wrote in a mail, without what they quoted and without their signature; all of it where nothing else would be left. */
export function withoutQuoted(text: string): string {
  const lines = text
    .replaceAll('\r\n', '\n')
    .split('\n')
    .map((line) => line.trimEnd())
  const begin = lines.findIndex((_, index) => openerAt(lines, index) > 0)
  const above = begin === -1 ? lines : lines.slice(0, begin)
  const below = begin === -1 ? [] : lines.slice(begin + openerAt(lines, begin))
  // Who answers below a quotation has it marked; what a program puts there without marks is all quoted.
  const own = [...above, ...(below.some(isMarked) ? below : [])].filter((line) => !isMarked(line))
  const end = own.findIndex((line) => line === '--')
  const said = (end === -1 ? own : own.slice(0, end))
    .join('\n')
    .replace(/\n{3,}/gu, '\n\n')
    .trim()
  return said === '' ? text.trim() : said
}

/** How many lines begin a quotation here: one as a rule, two where a program has broken a long one. */
function openerAt(lines: readonly string[], index: number): number {
  const line = (lines[index] ?? '').trim()
  const next = (lines[index + 1] ?? '').trim()
  if (line === '' || isMarked(line)) return 0
  const isOutlook =
    outlook.test(line) && [1, 2, 3].some((after) => outlookNext.test((lines[index + after] ?? '').trim()))
  if (isOutlook || openers.some((opener) => opener.test(line))) return 1
  const isDated = /^(?:On|El|Le|Em|Il|Am)\b.*\d/u.test(line)
  return isDated && next !== '' && openers.some((opener) => opener.test(`${line} ${next}`)) ? 2 : 0
}

function isMarked(line: string): boolean {
  return /^\s*>/u.test(line)
}
