import { connect } from 'node:net'
import { z } from 'zod'
import { parseServerAddress } from './server-address.ts'

/** What a server says of itself to whoever connects, before anybody signs in. */
export interface ServerLine {
  readonly name: string
  readonly id: string
  readonly version: string
  readonly maxPayloadBytes: number
  readonly jetStream: boolean
}

/** What came of asking one address. */
export interface AddressSeen {
  /** Without a user or password. */
  readonly address: string
  readonly line?: ServerLine
  /** Why there is no line. */
  readonly problem?: string
}

const answerWithinMs = 2000
/** Lines of real servers are a few hundred bytes, more with many addresses of a cluster. */
const lineBytesMax = 64 * 1024

const shape = z
  .object({
    server_id: z.string(),
    server_name: z.string(),
    version: z.string(),
    max_payload: z.number(),
    jetstream: z.boolean().default(false),
  })
  .transform((line) => ({
    name: line.server_name,
    id: line.server_id,
    version: line.version,
    maxPayloadBytes: line.max_payload,
    jetStream: line.jetstream,
  }))

/** Asks an address who is there, without signing in. Never rejects. */
export async function askAddress(text: string): Promise<AddressSeen> {
  const { shown: address } = parseServerAddress(text)
  try {
    return { address, line: lineIn(await firstLine(new URL(address))) }
  } catch (error) {
    return { address, problem: error instanceof Error ? error.message : String(error) }
  }
}

function firstLine({ hostname, port }: URL): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) })
    const timer = setTimeout(() => fail(new Error(`it said nothing within ${answerWithinMs} ms`)), answerWithinMs)
    const fail = (error: Error): void => {
      clearTimeout(timer)
      socket.destroy()
      reject(error)
    }
    socket.once('error', fail)
    socket.once('close', () => fail(new Error('it closed the connection before it said who it is')))
    socket.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8')
      if (!said.includes('\n') && said.length < lineBytesMax) return
      clearTimeout(timer)
      resolve(said.slice(0, said.indexOf('\n')))
      socket.destroy()
    })
  })
}

function lineIn(text: string): ServerLine {
  const line = text.startsWith('INFO ') ? shape.safeParse(jsonIn(text.slice('INFO '.length))) : undefined
  if (line?.success !== true) throw new Error('what answers there is no NATS server')
  return line.data
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
