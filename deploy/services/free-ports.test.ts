import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { freePorts, isFreePort } from './free-ports.ts'
import { onPorts } from './on-ports.ts'
import { ServerFailed } from './running-server.ts'

const taken = new ServerFailed('nats', 'listen tcp 127.0.0.1:4222: bind: address already in use')

describe('free ports', () => {
  it('are different, can be listened on, and are none that the system gives to outgoing connections', async () => {
    const ports = await freePorts(20)
    expect(new Set(ports).size).toBe(20)
    expect(await Promise.all(ports.map(isFreePort))).toEqual(ports.map(() => true))
    expect(Math.max(...ports)).toBeLessThan(32_768)
  })

  it('are not those that somebody listens on', async () => {
    const [port = 0] = await freePorts(1)
    const server = createServer().listen(port, '127.0.0.1')
    await once(server, 'listening')
    expect(await isFreePort(port)).toBe(false)
    server.close()
    await once(server, 'close')
    expect(await isFreePort(port)).toBe(true)
  })
})

describe('starting on ports', () => {
  it('takes those of the last time while all of them are free', async () => {
    const first = await freePorts(2)
    expect(await onPorts({ count: 2, first }, async (ports) => ports)).toEqual(first)
    const server = createServer().listen(first[1], '127.0.0.1')
    await once(server, 'listening')
    const others = await onPorts({ count: 2, first }, async (ports) => ports)
    server.close()
    expect(others).toHaveLength(2)
    expect(others).not.toEqual(first)
  })

  it('tries others when another program was quicker, and not for ever', async () => {
    const tried: number[] = []
    const start = async ([port = 0]: readonly number[]): Promise<number> => {
      tried.push(port)
      if (tried.length < 3) throw taken
      return port
    }
    expect(await onPorts({ count: 1 }, start)).toBe(tried[2])
    expect(new Set(tried).size).toBe(3)
    await expect(onPorts({ count: 1 }, () => Promise.reject(taken))).rejects.toBe(taken)
  })

  it('does not try again for any other reason', async () => {
    const starts = { count: 0 }
    const fails = onPorts({ count: 1 }, () => {
      starts.count++
      return Promise.reject(new ServerFailed('nats', 'no such option'))
    })
    await expect(fails).rejects.toThrow('no such option')
    expect(starts.count).toBe(1)
  })
})
