import { freePorts, isFreePort } from './free-ports.ts'
import { ServerFailed } from './running-server.ts'

export interface WantedPorts {
  readonly count: number
  /** Taken when all of them are free, so that addresses stay as they were. */
  readonly first?: readonly number[]
}

const triesMax = 4

/** Starts something on free ports, and on others when another program was quicker to one of them. */
export async function onPorts<T>(wanted: WantedPorts, start: (ports: readonly number[]) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    const ports = (tries === 1 && (await allFree(wanted))) || (await freePorts(wanted.count))
    try {
      return await start(ports)
    } catch (error) {
      if (tries >= triesMax || !(error instanceof ServerFailed && error.portTaken)) throw error
    }
  }
}

async function allFree({ count, first }: WantedPorts): Promise<readonly number[] | undefined> {
  if (first?.length !== count) return undefined
  return (await Promise.all(first.map(isFreePort))).every(Boolean) ? first : undefined
}
