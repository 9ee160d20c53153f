/**
 * Measures the offline model on data nobody here wrote and fits the confidence: `node agents/evaluate.ts [--fit]`, from the project's folder.
 * Reads `../shared/data`. Messages of every other dialogue are for fitting, the rest for measuring; nothing measured was fitted on.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import calibration from './calibration.json' with { type: 'json' }
import { alongCurve, rawScore } from './confidence.ts'
import { fitLogistic, isotonic, reliability, type Example } from './evaluation/fit.ts'
import { dateAccuracy, hinglishScore, yesNoScore } from './evaluation/language-scores.ts'
import { readSamples, scoreOf, type Sample } from './evaluation/samples.ts'

function main(arguments_: readonly string[]): void {
  const data = arguments_.find((each) => each.startsWith('--data='))?.slice(7) ?? '../shared/data'
  const samples = readSamples((path) => readFileSync(`${data}/${path}`, 'utf8'))
  const fitting = samples.filter((sample) => sample.fold === 'fit')
  const measuring = samples.filter((sample) => sample.fold === 'measure')
  const fitted = arguments_.includes('--fit') ? fit(fitting) : calibration
  if (arguments_.includes('--fit')) writeFileSync('agents/calibration.json', `${JSON.stringify(fitted)}\n`)
  const scores = {
    messages: { fit: fitting.length, measure: measuring.length },
    ...scoreOf(measuring, (sample) => confidence(sample, fitted)),
    ...hinglishScore((path) => readFileSync(`${data}/${path}`, 'utf8')),
    ...yesNoScore(readFileSync(`${data}/hindi-yes-no/hindi.csv`, 'utf8')),
    ...dateAccuracy(readFileSync(`${data}/sgd-homes/visit_date_pairs.csv`, 'utf8')),
  }
  process.stdout.write(`${JSON.stringify(scores, null, 1)}\n\n`)
  process.stdout.write(
    reliability(measuring.map((sample) => ({ score: confidence(sample, fitted), right: sample.right }))),
  )
}

/** The weights on one half of the fitting messages, the curve on the other. */
function fit(samples: readonly Sample[]): typeof calibration {
  const weights = fitLogistic(samples.filter((_, index) => index % 2 === 0).map(example))
  const scored = samples
    .filter((_, index) => index % 2 === 1)
    .map((sample) => ({ score: rawScore(sample.features, weights), right: sample.right }))
  return { weights: weights.map((weight) => Math.round(weight * 1000) / 1000), curve: [...isotonic(scored)] }
}

function example({ features, right }: Sample): Example {
  return { features, right }
}

function confidence({ features }: Sample, fitted: typeof calibration): number {
  return alongCurve(rawScore(features, fitted.weights), fitted.curve)
}

main(process.argv.slice(2))
