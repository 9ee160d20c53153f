import { flushCompileCache } from 'node:module'
import { Node } from './node.ts'
import { readOrder } from './protocol.ts'

/** The process of a node: takes orders over its channel until that ends. */
function main(): void {
  const node = new Node(
    (report) => void process.send?.(report),
    process.env['FINEACERS_MATRIX_LOG'] === 'debug' ? 'debug' : 'silent',
  )
  process.on('message', (message) => void node.take(readOrder(message)))
  process.on('disconnect', () => process.exit())
  // Now: a process that is killed writes nothing at its end.
  flushCompileCache()
  process.send?.({ kind: 'ready' })
}

main()
