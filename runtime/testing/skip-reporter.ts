import type { Reporter, TestModule } from 'vitest/node'

/**
 * Says in the last lines of a run what was skipped, which servers were missing and how to get them, and makes a skip a failure in CI: there
 * everything that a test needs has been installed.
 */
export class SkipReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const skipped = modules.flatMap((module) =>
      [...module.children.allTests('skipped')].map((test) => `${module.relativeModuleId}: ${test.fullName}`),
    )
    if (skipped.length === 0) return
    const needs = 'Browser tests need Chromium (CHROMIUM_PATH), tests on real data need ../shared/data.'
    const lines = [`${skipped.length} skipped. ${needs}`, ...skipped.map((line) => `  ${line}`), ...missingServers()]
    process.stdout.write(`\n${lines.join('\n')}\n`)
    if (process.env['CI'] === undefined || process.env['CI'] === '') return
    process.stdout.write('In CI a skipped test is a failure.\n')
    process.exitCode = 1
  }
}

/** What the global set-up left: a line for each server that could not be had, with what to do. */
function missingServers(): readonly string[] {
  return (process.env['FINEACERS_TEST_MISSING'] ?? '').split('\n').filter((line) => line !== '')
}
