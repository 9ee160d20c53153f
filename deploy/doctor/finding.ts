/** What was looked at. */
export type Subject =
  | 'this machine'
  | 'data folder'
  | 'NATS'
  | 'journal'
  | 'members'
  | 'lead events'
  | 'MongoDB'
  | 'read models'
  | 'Redis'
  | 'public address'

/** `wrong`: mend it. `advice`: it works, and could be better or could not be seen. */
export type Level = 'wrong' | 'advice' | 'ok'

/** One thing that was found. What is not well says what it means and what to do. */
export type Finding = Well | Unwell

interface Named {
  /** Stable, for programs that read findings: `nats.sync`. */
  readonly check: string
  readonly about: Subject
  readonly found: string
}

export interface Well extends Named {
  readonly level: 'ok'
}

export interface Unwell extends Named {
  readonly level: 'wrong' | 'advice'
  readonly means: string
  readonly todo: string
}

const order: { readonly [level in Level]: number } = { wrong: 0, advice: 1, ok: 2 }

/** Worst first; what is equally bad stays in the order in which it was looked at. */
export function worstFirst(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted((one, other) => order[one.level] - order[other.level])
}

/** The worst level there is; `ok` for none. */
export function worstOf(findings: readonly Finding[]): Level {
  return worstFirst(findings)[0]?.level ?? 'ok'
}

/** A finding that all is well. */
export function well(check: string, about: Subject, found: string): Well {
  return { level: 'ok', check, about, found }
}
