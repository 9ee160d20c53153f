import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Makes a function that collects all garbage and answers the bytes of heap that are left. */
export function garbageCollector(): () => number {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  return () => {
    if (typeof collect === 'function') for (let turn = 0; turn < 3; turn++) collect()
    return process.memoryUsage().heapUsed
  }
}
