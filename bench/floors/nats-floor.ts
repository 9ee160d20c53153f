import { jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import { publishBatch, type BatchMessage } from '#runtime/adapters/nats/batch.ts'

/**
 * The raw floor of a durable step on this server: the messages a step writes (inbox entry, step, state, cursor) with ready-made values and without
 * expectations, in one atomic batch a group, one after the other. Steps a second.
 */
export async function natsBatchFloor(
  connection: NatsConnection,
  load: { readonly steps: number; readonly group: number; readonly actors: number },
): Promise<number> {
  const manager = await jetstreamManager(connection)
  const stream = `FLOOR-${process.pid}`
  await manager.streams.add({ ...streamOf(stream), subjects: [`floor.${stream}.>`] })
  const beganMs = performance.now()
  for (let from = 0; from < load.steps; from += load.group) {
    const places = Array.from({ length: load.group }, (_, index) => from + index)
    await publishBatch(connection, messagesOf(stream, places, load.actors), timeoutMs)
  }
  const seconds = (performance.now() - beganMs) / 1000
  await manager.streams.delete(stream)
  return load.steps / seconds
}

const timeoutMs = 30_000

function messagesOf(stream: string, places: readonly number[], actors: number): readonly BatchMessage[] {
  const addressed = new Set(places.map((place) => place % actors))
  return [
    { subject: `floor.${stream}.cursor`, data: '{"epoch":1,"position":1,"node":"bench"}', rollup: true },
    ...places.map((place) => ({ subject: `floor.${stream}.in.${place}`, data: event })),
    ...places.map((place) => ({ subject: `floor.${stream}.step.bench.counter.${place % actors}`, data: step })),
    ...[...addressed].map((actor) => ({
      subject: `floor.${stream}.actor.bench.counter.${actor}`,
      data: state,
      rollup: true as const,
    })),
  ]
}

function streamOf(name: string) {
  return { name, storage: 'file', allow_atomic: true, allow_direct: true, allow_rollup_hdrs: true } as const
}

const event =
  '{"id":"ev_01J000000000000000000000000","to":"bench/counter/1","event":{"type":"add","by":1},"atMs":1767571200000}'

const step = `{"address":"bench/counter/1","entry":{"revision":1,"position":1,"envelope":${event},"outcome":"applied","effectsAsked":[],"effectsStopped":[],"timersArmed":[],"timersCancelled":[],"facts":[{"type":"counted","data":{"count":1}}],"sends":[]},"after":{"machine":"counter@1","status":"active","updatedAtMs":1767571200000}}`

const state =
  '{"address":"bench/counter/1","machine":"counter@1","status":"active","revision":1,"snapshot":{"status":"active","value":"counting","historyValue":{},"context":{"count":1},"children":{}},"input":{"address":"bench/counter/1"},"timers":{},"effects":{},"createdAtMs":1767571200000,"updatedAtMs":1767571200000}'
