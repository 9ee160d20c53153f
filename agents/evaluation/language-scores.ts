import { languageOf } from '../offline/language.ts'
import { whenIn } from '../offline/when.ts'
import { createYesNoReader } from '../offline/yes-no.ts'

/** How well romanised Hindi is told from English, in pairs of the same meaning. */
export function hinglishScore(read: (path: string) => string): {
  readonly hinglishRecall: number
  readonly englishKept: number
} {
  const rows = ['train', 'validation']
    .flatMap((part) => read(`hinglish-top/${part}.tsv`).trim().split('\n').slice(1))
    .map((line) => line.split('\t'))
  const share = (test: (row: readonly string[]) => boolean): number =>
    Math.round((rows.filter(test).length / rows.length) * 1000) / 1000
  return {
    hinglishRecall: share((row) => languageOf(row[1] ?? '') === 'hinglish'),
    englishKept: share((row) => languageOf(row[0] ?? '') === 'en'),
  }
}

/** Yes and no in Devanagari; «I don't know» counts as wrong here, since we leave it open. */
export function yesNoScore(csv: string): { readonly hindiYesNo: number } {
  const read = createYesNoReader()
  const rows = csv
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => /^"?(.*?)"?,(Yes|No)\s*$/u.exec(line))
  const right = rows.filter((row) => row !== null && read(row[1] ?? '') === row[2]?.toLowerCase())
  return { hindiYesNo: Math.round((right.length / Math.max(1, rows.length)) * 1000) / 1000 }
}

/** Spoken days of visits, weighted by how often they were said. */
export function dateAccuracy(csv: string): { readonly spokenDates: number } {
  const atMs = Date.UTC(2019, 2, 1, 17)
  const rows = csv
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','))
  const two = (value: number): string => String(value).padStart(2, '0')
  const right = (row: readonly string[]): boolean => {
    const day = whenIn(row[1] ?? '', atMs, 'America/Los_Angeles')?.day
    return day !== undefined && `${day.year}-${two(day.month)}-${two(day.day)}` === row[2]
  }
  const count = (chosen: readonly (readonly string[])[]): number =>
    chosen.reduce((sum, row) => sum + Number(row[3] ?? 0), 0)
  return { spokenDates: Math.round((count(rows.filter(right)) / Math.max(1, count(rows))) * 1000) / 1000 }
}
