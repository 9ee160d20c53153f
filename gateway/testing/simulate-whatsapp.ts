import { parseArgs } from 'node:util'
import { simulateWhatsApp } from './simulator/run.ts'

/**
 * `npm run sim:whatsapp -- --seed N` or `--seeds FROM-TO`, on several nodes with `--nodes 2`: plays WhatsApp in simulated companies and prints every broken
 * promise with its seed.
 */
async function main(): Promise<number> {
  const seeds = { type: 'string', default: '1-100' } as const
  const nodes = { type: 'string', default: '1' } as const
  const { values } = parseArgs({ options: { seed: { type: 'string' }, seeds, nodes } })
  const [from = 1, to = from] = (values.seed ?? values.seeds).split('-').map(Number)
  const failed: number[] = []
  for (let seed = from; seed <= to; seed++) {
    const { violations, counts, digest } = await simulateWhatsApp(seed, { nodes: Number(values.nodes) })
    if (violations.length > 0) failed.push(seed)
    for (const { rule, address, detail } of violations)
      process.stdout.write(`seed ${seed}: ${rule} — ${address}: ${detail}\n`)
    if (from === to) process.stdout.write(`seed ${seed}: ${JSON.stringify(counts)} digest ${digest}\n`)
  }
  process.stdout.write(`${to - from + 1} seeds, ${failed.length} with a broken promise: ${failed.join(', ')}\n`)
  return failed.length === 0 ? 0 : 1
}

process.exitCode = await main()
