/** One line of the bench table: what, how much, its bar, and whether it holds. */
export interface Figure {
  readonly what: string
  readonly value: string
  readonly bar: string
  readonly holds: boolean
}

/** The value at a share (0 to 1) of sorted samples; `NaN` without samples. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

/** `p50 3.1 ms, p99 12 ms`. */
export function spread(samples: readonly number[]): string {
  return `p50 ${milliseconds(quantile(samples, 0.5))}, p99 ${milliseconds(quantile(samples, 0.99))}`
}

/** Milliseconds with two or three significant figures. */
export function milliseconds(value: number): string {
  return `${value < 10 ? value.toFixed(2) : Math.round(value).toString()} ms`
}

/** `18,300`. */
export function thousands(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}

/** A Markdown table of figures. */
export function tableOf(figures: readonly Figure[]): string {
  const lines = figures.map(
    (each) => `| ${each.what} | ${each.value} | ${each.bar} | ${each.holds ? 'holds' : '**missed**'} |`,
  )
  return ['| what | measured | bar | |', '|---|---|---|---|', ...lines].join('\n')
}
