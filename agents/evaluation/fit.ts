/** Small statistics: logistic regression, isotonic curve, reliability table. Deterministic. */
export interface Example {
  readonly features: readonly number[]
  readonly right: boolean
}

export interface Scored {
  readonly score: number
  readonly right: boolean
}

const steps = 4000
const rate = 1
const ridge = 0.002

/** Logistic regression by gradient descent with momentum and a little ridge. */
export function fitLogistic(examples: readonly Example[]): readonly number[] {
  const width = examples[0]?.features.length ?? 0
  let weights = Array.from({ length: width }, () => 0)
  let speed = weights
  for (let step = 0; step < steps; step++) {
    const slope = Array.from({ length: width }, (_, at) => ridge * (weights[at] ?? 0))
    for (const { features, right } of examples) {
      const sum = features.reduce((total, feature, at) => total + feature * (weights[at] ?? 0), 0)
      const miss = (1 / (1 + Math.exp(-sum)) - (right ? 1 : 0)) / examples.length
      for (let at = 0; at < width; at++) slope[at] = (slope[at] ?? 0) + miss * (features[at] ?? 0)
    }
    speed = speed.map((each, at) => 0.9 * each - rate * 0.1 * (slope[at] ?? 0))
    weights = weights.map((each, at) => each + (speed[at] ?? 0))
  }
  return weights
}

interface Block {
  readonly score: number
  readonly share: number
  readonly count: number
}

/** The best rising curve through the outcomes (pool adjacent violators), thinned; shares stay within 1 % and 99 %: nothing is certain. */
export function isotonic(scored: readonly Scored[]): readonly { readonly score: number; readonly share: number }[] {
  const blocks: Block[] = []
  for (const { score, right } of [...scored].sort((a, b) => a.score - b.score)) {
    blocks.push({ score, share: right ? 1 : 0, count: 1 })
    for (
      let last = blocks.at(-1), before = blocks.at(-2);
      last !== undefined && before !== undefined && before.share >= last.share;
      last = blocks.at(-1), before = blocks.at(-2)
    ) {
      const count = before.count + last.count
      const mean = (a: number, b: number): number => (a * before.count + b * last.count) / count
      blocks.splice(-2, 2, { score: mean(before.score, last.score), share: mean(before.share, last.share), count })
    }
  }
  const smoothed = blocks.map(({ score, share, count }) => ({
    score: round(score),
    share: round(Math.min(0.99, Math.max(0.01, (share * count + 0.5) / (count + 1)))),
  }))
  return smoothed.filter(
    (point, index) =>
      index === 0 || point.score - (smoothed[index - 1]?.score ?? 0) >= 0.005 || index === smoothed.length - 1,
  )
}

/** How often messages of each band of confidence were understood: a table for the README, with the expected calibration error. */
export function reliability(scored: readonly Scored[]): string {
  const edges = [0, 0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 1.001]
  let error = 0
  const rows = edges.slice(0, -1).map((from, index) => {
    const to = edges[index + 1] ?? 1
    const band = scored.filter(({ score }) => score >= from && score < to)
    const said = band.reduce((sum, { score }) => sum + score, 0) / Math.max(1, band.length)
    const was = band.filter(({ right }) => right).length / Math.max(1, band.length)
    error += (band.length / Math.max(1, scored.length)) * Math.abs(said - was)
    return `| ${from.toFixed(2)}–${Math.min(1, to).toFixed(2)} | ${band.length} | ${said.toFixed(3)} | ${was.toFixed(3)} |`
  })
  return [
    '| confidence | messages | said | was |',
    '|---|---|---|---|',
    ...rows,
    '',
    `expected calibration error ${error.toFixed(4)}`,
    '',
  ].join('\n')
}

function round(value: number): number {
  return Math.round(value * 10_000) / 10_000
}
