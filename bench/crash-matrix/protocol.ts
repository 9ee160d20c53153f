import { z } from 'zod'
import { parseAddress, type Address } from '#runtime/address.ts'
import type { MachineEvent } from '#runtime/event.ts'
import { boundaries } from './boundaries.ts'

const address = z.custom<Address>((value) => typeof value === 'string' && parseAddress(value) !== undefined)
const event = z.custom<MachineEvent>(
  (value) => typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string',
)
const owned = z.array(z.number().int())
const boundary = z.enum(boundaries.map(([name]) => name))

const journalPlace = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('sqlite'), file: z.string() }),
  z.object({ kind: z.literal('nats'), servers: z.array(z.string()), stream: z.string(), replicas: z.number() }),
])

/** Where a run's journal is. Through a faulty network the servers are its proxies. */
export type JournalPlace = z.infer<typeof journalPlace>

const job = z.object({
  /** How the node is called in claims. */
  node: z.string(),
  journal: journalPlace,
  /** How long a write may take before its acknowledgement counts as lost, milliseconds. */
  timeoutMs: z.number(),
  /** The file that stands for the world outside. */
  outside: z.string(),
  owned,
  /** Where to stop and wait, the n-th time it gets there. */
  watch: z.object({ boundary, occurrence: z.number(), where: z.enum(['in-the-call', 'on-the-wire']) }).optional(),
  /** It begins work outside and never ends it. */
  idle: z.boolean().optional(),
})

/** What a node process is given to do for one run. */
export type Job = z.infer<typeof job>

const order = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('start'), job }),
  z.object({ kind: z.literal('own'), owned }),
  z.object({ kind: z.literal('send'), n: z.number(), id: z.string(), to: address, event }),
  /** On from where it waits; with `lose` the answer of what it has just done is lost. */
  z.object({ kind: z.literal('go'), lose: z.boolean() }),
  z.object({ kind: z.literal('look'), n: z.number() }),
  z.object({ kind: z.literal('stop') }),
])

/** From the parent to a node process. */
export type Order = z.infer<typeof order>

const about = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('append'), events: z.array(z.object({ to: address, id: z.string() })) }),
  z.object({ kind: z.literal('claim'), partition: z.number() }),
  z.object({ kind: z.literal('commit'), partition: z.number(), position: z.number() }),
  z.object({ kind: z.literal('other') }),
])

/** What is being done at a boundary, so that the parent can see from outside whether it was written. */
export type About = z.infer<typeof about>

const report = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('started') }),
  z.object({ kind: z.literal('not-started'), code: z.string(), message: z.string() }),
  z.object({ kind: z.literal('held'), about }),
  z.object({ kind: z.literal('noticed'), what: z.enum(['refused', 'claimed', 'failed']) }),
  z.object({ kind: z.literal('answered'), n: z.number(), durable: z.boolean() }),
  /** `waiting` is absent when everything has settled. */
  z.object({ kind: z.literal('looked'), n: z.number(), waiting: z.string().optional(), busy: z.number() }),
  z.object({ kind: z.literal('stopped') }),
])

/** From a node process to the parent. */
export type Report = z.infer<typeof report>

/** Reads what came over the channel. Throws when it is none of ours. */
export function readOrder(message: unknown): Order {
  return order.parse(message)
}

/** As `readOrder`, the other way. */
export function readReport(message: unknown): Report {
  return report.parse(message)
}
