import { Beyond } from './beyond.ts'
import type { Fact } from './fact.ts'
import type { StepCommit } from './ports/journal.ts'
import type { RuntimeStats } from './runtime.ts'

/** Counts what has been committed since the process began. */
export class Tally {
  readonly #facts = new Beyond()
  #steps = 0
  #commits = 0
  #fenced = 0
  #failed = 0

  group(steps: readonly StepCommit[], facts: readonly Fact[]): void {
    this.#commits += 1
    this.#steps += steps.length
    for (const { outcome } of steps) {
      if (outcome === 'fenced') this.#fenced += 1
      if (outcome === 'failed') this.#failed += 1
    }
    for (const { position } of facts) this.#facts.add(position)
  }

  /** `projected` is the position read models know: facts of ours beyond it are their lag. */
  read(projected: number): Pick<RuntimeStats, 'steps' | 'commits' | 'fenced' | 'failed' | 'factsLag'> {
    return {
      steps: this.#steps,
      commits: this.#commits,
      fenced: this.#fenced,
      failed: this.#failed,
      factsLag: this.#facts.count(projected),
    }
  }
}
