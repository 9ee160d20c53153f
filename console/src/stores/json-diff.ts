/** What differs between two JSON values. Pure. */
export interface Difference {
  /** `owner.name`, `recent[2].text`; empty for the whole. */
  readonly path: string
  readonly kind: 'added' | 'removed' | 'changed'
  readonly before?: unknown
  readonly after?: unknown
}

const differencesMax = 200

/** Differences in the order of the fields; at most 200. */
export function differences(before: unknown, after: unknown): readonly Difference[] {
  const found: Difference[] = []
  walk({ before, after, path: '' }, found)
  return found
}

interface Pair {
  readonly before: unknown
  readonly after: unknown
  readonly path: string
}

function walk({ before, after, path }: Pair, found: Difference[]): void {
  if (found.length >= differencesMax || Object.is(before, after)) return
  if (isBranch(before) && isBranch(after) && Array.isArray(before) === Array.isArray(after)) {
    const inside = Array.isArray(after)
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      const next = inside ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`
      walk({ before: before[key], after: after[key], path: next }, found)
    }
    return
  }
  if (before === undefined) found.push({ path, kind: 'added', after })
  else if (after === undefined) found.push({ path, kind: 'removed', before })
  else found.push({ path, kind: 'changed', before, after })
}

function isBranch(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
