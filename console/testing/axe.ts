import axe from 'axe-core'
import type { Page } from 'playwright-core'

interface Violation {
  readonly id: string
  readonly nodes: readonly { readonly target: unknown; readonly failureSummary?: string }[]
}

/** What axe finds wrong on the page, a line each; empty when nothing. */
export async function axeProblems(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source)
  const violations = await page.evaluate(async (): Promise<readonly Violation[]> => {
    const runner = (globalThis as unknown as { axe: typeof axe }).axe
    return (await runner.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] })).violations
  })
  return violations.flatMap((each) =>
    each.nodes.map((node) => `${each.id}: ${String(node.target)} ${node.failureSummary ?? ''}`),
  )
}
