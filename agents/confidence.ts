import calibration from './calibration.json' with { type: 'json' }
import type { Decision } from './offline/decide.ts'
import type { State } from './offline/state.ts'
import type { Understanding } from './offline/understand.ts'

/**
 * What a confidence is reckoned from: only what can be seen in the words, never a model's opinion of itself. Each 0 to 1.
 * The order is that of the weights in `calibration.json`.
 */
export function featuresOf(said: Understanding, decision: Decision, state: State): readonly number[] {
  const { acts, found, wishes, fields, coverage, contentWords } = said
  const strongest = Math.max(0, ...found.map((each) => each.weight))
  const social =
    acts.has('greet') || acts.has('thanks') || acts.has('goodbye') || acts.has('identity') || acts.has('services')
  const ongoing = state.shown.length > 0 || Object.keys(state.wishes).length > 0 || state.asked !== undefined
  const flag = (is: boolean): number => (is ? 1 : 0)
  return [
    1,
    coverage,
    coverage * coverage,
    Math.min(1, contentWords / 12),
    flag(said.domain),
    flag(decision.expected),
    strongest,
    flag(social),
    flag(Object.keys(wishes).length > 0),
    flag(fields.length > 0),
    flag(said.answer !== undefined),
    flag(decision.outside),
    flag(ongoing),
    flag(ongoing && strongest > 0.7),
    flag(said.domain && coverage >= 0.6),
    flag(wishes.bedrooms !== undefined || wishes.priceMaxMinor !== undefined),
    flag(said.when !== undefined),
    flag(contentWords === 0),
    flag(said.placed && strongest > 0.7),
  ]
}

/**
 * How likely it is that a message was understood: the fitted logistic score, then the isotonic curve measured on messages the fit had not
 * seen. Both are made by `evaluate.ts`; the README shows how far the figure can be believed.
 */
export function confidenceOf(features: readonly number[]): number {
  return alongCurve(rawScore(features, calibration.weights), calibration.curve)
}

/** The logistic score before the curve. */
export function rawScore(features: readonly number[], weights: readonly number[]): number {
  const sum = features.reduce((total, feature, index) => total + feature * (weights[index] ?? 0), 0)
  return 1 / (1 + Math.exp(-sum))
}

/** Straight lines between the points of a rising curve. */
export function alongCurve(
  score: number,
  curve: readonly { readonly score: number; readonly share: number }[],
): number {
  const above = curve.findIndex((point) => point.score >= score)
  const [next, before] = [curve[above], curve[above - 1]]
  if (next === undefined) return curve.at(-1)?.share ?? score
  if (before === undefined || next.score === before.score) return next.share
  return before.share + ((score - before.score) / (next.score - before.score)) * (next.share - before.share)
}
