import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import * as fc from 'fast-check'
import { isPlainlyComplete } from '#agents/completeness.ts'
import { readWebhook } from '#gateway/channels/whatsapp/read-webhook.ts'
import { eventsOf } from '#gateway/channels/whatsapp/take-in.ts'
import { brokenBodies } from '#gateway/channels/whatsapp/testing/mutated.ts'
import { account } from '#gateway/channels/whatsapp/testing/payloads.ts'
import { problemsOf } from '#gateway/channels/whatsapp/testing/well-formed.ts'
import { parseAddress } from '#runtime/address.ts'
import type { NewEvent } from '#runtime/event.ts'
import { defaultLimits, eventIdMaxLength } from '#runtime/limits.ts'
import { garbageCollector } from './garbage-collector.ts'
import { startWhatsAppHouse, type WhatsAppHouseProcess } from './whatsapp-house.ts'

/**
 * `npm run fuzz:webhooks -- --seed 1`: throws 100,000 broken deliveries at what reads webhooks, and 5,000 of them, signed and unsigned, at a house in a process
 * of its own. Nothing may throw, every signed one is answered 200 and every other one 401, and memory stays where it was. Exit code 1 when something is wrong.
 */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      read: { type: 'string', default: '100000' },
      post: { type: 'string', default: '5000' },
    },
  })
  const seed = Number(values.seed)
  const wrong = [...readAll(seed, Number(values.read)), ...(await postAll(seed, Number(values.post)))]
  for (const each of wrong.slice(0, 20)) say(each)
  say(`${wrong.length} wrong`)
  return wrong.length === 0 ? 0 : 1
}

const chunk = 1000
const heapGrowthMax = 50 * 1024 * 1024
const houseMemoryMax = 1024 * 1024 * 1024
const connections = 16

function readAll(seed: number, count: number): readonly string[] {
  const wrong: string[] = []
  const beganMs = performance.now()
  const heapBytes = garbageCollector()
  let before = 0
  for (let done = 0; done < count; done += chunk) {
    for (const body of fc.sample(brokenBodies, { numRuns: chunk, seed: seed + done })) wrong.push(...problemsWith(body))
    // The first thousands make what stays.
    if (done === 5 * chunk) before = heapBytes()
  }
  const grown = before === 0 ? 0 : heapBytes() - before
  if (grown > heapGrowthMax) wrong.push(`reading leaves ${grown} bytes behind`)
  say(`${count} read in ${Math.round(performance.now() - beganMs)} ms; the heap grew by ${Math.round(grown / 1024)} KB`)
  return wrong
}

function problemsWith(body: string): readonly string[] {
  try {
    const updates = readWebhook(body)
    const events = eventsOf(updates, {
      workspace: 'demo',
      accounts: new Set([account]),
      timeZone: 'Asia/Kolkata',
      nowMs: Date.now(),
      isComplete: isPlainlyComplete,
    })
    return [...problemsOf(updates), ...events.flatMap(refusedByRuntime)].map((each) => `${each}: ${body.slice(0, 400)}`)
  } catch (error) {
    return [`it threw ${String(error)}: ${body.slice(0, 400)}`]
  }
}

/** What the runtime takes of nobody: Meta would try it for a week. */
function refusedByRuntime({ to, id = '', event }: NewEvent): readonly string[] {
  return [
    ...(parseAddress(to) === undefined ? [`${to} is no address`] : []),
    ...(id === '' || id.length > eventIdMaxLength ? [`an id of ${id.length} characters`] : []),
    ...(JSON.stringify(event).length > defaultLimits.eventMaxBytes ? ['an event that is too large'] : []),
  ]
}

async function postAll(seed: number, count: number): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-'))
  const house = await startWhatsAppHouse(folder)
  const wrong: string[] = []
  const bodies = fc.sample(brokenBodies, { numRuns: count, seed: seed - 1 })
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const before = memoryOf(house)
  const beganMs = performance.now()
  const client = async (first: number): Promise<void> => {
    for (let index = first; index < bodies.length; index += connections) {
      const body = Buffer.from(bodies[index] ?? '')
      const signature = signatureFor(house, body, index)
      const status = await post(house, { agent, body, signature })
      if (status !== (index % 5 === 0 ? 401 : 200)) wrong.push(`answered ${status}: ${body.toString().slice(0, 400)}`)
    }
  }
  await Promise.all(Array.from({ length: connections }, (_, first) => client(first)))
  const after = memoryOf(house)
  if (after > houseMemoryMax) wrong.push(`the house holds ${after} bytes`)
  const healthy = await fetch(`${house.server.url}/health/ready`)
  if (!healthy.ok) wrong.push(`the house is not ready: ${healthy.status}`)
  const megabytes = (bytes: number): number => Math.round(bytes / 1024 / 1024)
  say(
    `${count} posted in ${Math.round(performance.now() - beganMs)} ms; the house had ${megabytes(before)} MB and has ${megabytes(after)} MB`,
  )
  agent.destroy()
  await house.stop()
  if (house.server.child.exitCode !== 0) wrong.push(`the house ended with ${String(house.server.child.exitCode)}`)
  rmSync(folder, { recursive: true, force: true })
  return wrong
}

/** Every fifth by nobody: without a signature, with a broken one, or with another body's. */
function signatureFor(house: WhatsAppHouseProcess, body: Buffer, index: number): string | undefined {
  if (index % 5 !== 0) return house.sign(body)
  return [undefined, 'sha256=00', house.sign(Buffer.from('another')), ''][(index / 5) % 4]
}

interface Posting {
  readonly agent: Agent
  readonly body: Buffer
  readonly signature: string | undefined
}

function post(house: WhatsAppHouseProcess, { agent, body, signature }: Posting): Promise<number> {
  const headers = {
    'content-type': 'application/json',
    'content-length': body.length,
    ...(signature === undefined ? {} : { 'x-hub-signature-256': signature }),
  }
  return new Promise((resolve, reject) => {
    const call = request(`${house.server.url}${house.path}`, { method: 'POST', agent, headers }, (answer) => {
      answer.resume()
      answer.once('end', () => resolve(answer.statusCode ?? 0))
    })
    call.once('error', reject)
    call.end(body)
  })
}

/** Resident memory of the house's process. */
function memoryOf({ server }: WhatsAppHouseProcess): number {
  const status = readFileSync(`/proc/${String(server.child.pid)}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

process.exitCode = await main()
