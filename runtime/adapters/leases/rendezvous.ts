/**
 * The partitions a node owns among `nodes`: each partition goes to the node with the highest score for it (rendezvous hashing, Thaler and
 * Ravishankar 1998). Depends on the names alone, so all who see the same nodes agree; when a node comes or goes only its own partitions move.
 */
export function partitionsOf(node: string, nodes: readonly string[], partitions: number): readonly number[] {
  const seeds = nodes.map((name) => ({ name, seed: seedOf(name) }))
  return Array.from({ length: partitions }, (_, partition) => partition).filter(
    (partition) => winner(seeds, partition) === node,
  )
}

function winner(
  nodes: readonly { readonly name: string; readonly seed: number }[],
  partition: number,
): string | undefined {
  let best: { readonly name: string; readonly score: number } | undefined
  for (const { name, seed } of nodes) {
    const score = mixed(seed ^ Math.imul(partition + 1, 0x9e3779b1))
    // Equal scores are rare; the names decide, so that everybody decides alike.
    if (best === undefined || score > best.score || (score === best.score && name > best.name)) best = { name, score }
  }
  return best?.name
}

/** FNV-1a over the UTF-8 bytes. */
function seedOf(name: string): number {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(name)) hash = Math.imul(hash ^ byte, 0x01000193)
  return mixed(hash)
}

/** The finisher of MurmurHash3: every bit of the input reaches every bit of the output. */
function mixed(value: number): number {
  let hash = value ^ (value >>> 16)
  hash = Math.imul(hash, 0x85ebca6b)
  hash ^= hash >>> 13
  hash = Math.imul(hash, 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
