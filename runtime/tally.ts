import type { Fact } from './fact.ts'
import type { StepCommit } from './ports/journal.ts'
import type { RuntimeStats } from './runtime.ts'

/** Counts what has been committed since the process began. */
export class Tally {
  #steps = 0
  #commits = 0
  #fenced = 0
  #failed = 0
  #lastFact = 0

  group(steps: readonly StepCommit[], facts: readonly Fact[]): void {
    this.#commits += 1
    this.#steps += steps.length
    for (const { outcome } of steps) {
      if (outcome === 'fenced') this.#fenced += 1
      if (outcome === 'failed') this.#failed += 1
    }
    this.#lastFact = Math.max(this.#lastFact, facts[facts.length - 1]?.position ?? 0)
  }

  /** `projected` is the position read models know: facts of ours beyond it are their lag. */
  read(projected: number): Pick<RuntimeStats, 'steps' | 'commits' | 'fenced' | 'failed' | 'factsLag'> {
    return {
      steps: this.#steps,
      commits: this.#commits,
      fenced: this.#fenced,
      failed: this.#failed,
      factsLag: Math.max(0, this.#lastFact - projected),
    }
  }
}
