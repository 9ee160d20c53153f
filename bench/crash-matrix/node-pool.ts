import { NodeProcess } from './node-process.ts'

/** Processes of nodes that take one job after the other. Starting one takes longer than most cells, so a spare is made ready in the background. */
export class NodePool {
  readonly #spares: Promise<NodeProcess>[] = []

  /** Makes `count` processes ready. */
  constructor(count: number) {
    for (let index = 0; index < count; index++) this.#spares.push(launched())
  }

  /** A process without a job. */
  take(): Promise<NodeProcess> {
    return this.#spares.shift() ?? launched()
  }

  /** Takes back one whose job has ended; for one that has gone there is another. */
  give(node: NodeProcess): void {
    this.#spares.push(node.ended ? launched() : Promise.resolve(node))
  }

  async end(): Promise<void> {
    await Promise.all(this.#spares.splice(0).map(async (spare) => (await spare).kill()))
  }
}

function launched(): Promise<NodeProcess> {
  const launching = NodeProcess.launch()
  // Whoever takes it hears of it.
  launching.catch(() => {})
  return launching
}
