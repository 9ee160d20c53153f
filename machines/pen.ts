/**
 * How a machine's actions are written down: plain functions get a pen, change the context and say what happened, in order,
 * and `inked` turns the page into XState actions. So the chart holds names only, and the writing can be read (and tested) as
 * ordinary code without a clock, randomness or I/O.
 */

/** A message to another actor: the reserved named action `send`. */
export interface Send {
  readonly to: string
  readonly event: { readonly type: string; readonly [field: string]: unknown }
}

type FactOf<Facts, Type extends keyof Facts & string> = { readonly type: Type } & Facts[Type]

/** Any fact of a machine as it is emitted: its type beside its data. */
export type Emitted<Facts> = { readonly [Type in keyof Facts & string]: FactOf<Facts, Type> }[keyof Facts & string]

/** One thing the page says after the context: a fact, a named action, or an event for the machine itself, now or later. */
export type Line =
  | { readonly kind: 'fact'; readonly fact: { readonly type: string } }
  | { readonly kind: 'ask'; readonly action: { readonly type: string; readonly params: unknown } }
  | {
      readonly kind: 'raise'
      readonly event: Send['event']
      readonly timer?: { readonly id: string; readonly delay: number }
    }
  | { readonly kind: 'cancel'; readonly id: string }

/** Owned by one action of one step; nothing outlives it. */
export class Pen<Context extends object, Facts extends object> {
  context: Context
  readonly lines: Line[] = []
  /** When the event being handled was accepted. */
  readonly atMs: number

  constructor(context: Context, event: { readonly type: string }) {
    this.context = context
    this.atMs = atMsOf(event)
  }

  change(patch: Partial<Context>): void {
    this.context = { ...this.context, ...patch }
  }

  fact<Type extends keyof Facts & string>(type: Type, data: Facts[Type]): void {
    this.lines.push({ kind: 'fact', fact: { type, ...data } })
  }

  send(to: string, event: Send['event']): void {
    this.ask('send', { to, event })
  }

  ask(type: string, params: unknown): void {
    this.lines.push({ kind: 'ask', action: { type, params } })
  }

  /** An event the machine handles at once, in the same step. */
  raise(event: { readonly type: string; readonly [field: string]: unknown }): void {
    this.lines.push({ kind: 'raise', event: { ...event, atMs: this.atMs } })
  }

  /** The same timer armed again replaces the first. */
  arm(type: string, delay: number): void {
    this.lines.push({ kind: 'raise', event: { type }, timer: { id: type, delay: Math.max(0, delay) } })
  }

  disarm(type: string): void {
    this.lines.push({ kind: 'cancel', id: type })
  }
}

/** The event as one of these types; throws when it is another, which only a wrong chart can cause. */
export function oneOf<Event extends { readonly type: string }, Type extends Event['type']>(
  event: Event,
  types: readonly Type[],
): Extract<Event, { readonly type: Type }> {
  const isOne = (each: Event): each is Extract<Event, { readonly type: Type }> =>
    types.some((type) => type === each.type)
  if (!isOne(event)) throw new TypeError(`${event.type} must be one of ${types.join(', ')}`)
  return event
}

/** The time an event was accepted; the host stamps every event, timers and completions of work too. */
export function atMsOf(event: { readonly type: string }): number {
  return 'atMs' in event && typeof event.atMs === 'number' ? event.atMs : 0
}

/** What `enqueueActions` offers, as far as a page needs it. */
interface Enqueue {
  (action: never): void
  assign(patch: never): void
  emit(fact: never): void
  raise(event: never, options?: never): void
  cancel(id: string): void
}

/** Hands a page to `enqueueActions`: the context first, then the lines in the order they were written. */
export function inked<Context extends object, Facts extends object>(pen: Pen<Context, Facts>, enqueue: Enqueue): void {
  enqueue.assign(loosely(pen.context))
  for (const line of pen.lines) {
    if (line.kind === 'fact') enqueue.emit(loosely(line.fact))
    else if (line.kind === 'ask') enqueue(loosely(line.action))
    else if (line.kind === 'cancel') enqueue.cancel(line.id)
    else enqueue.raise(loosely(line.event), loosely(line.timer ?? {}))
  }
}

/** XState's own types want each machine's unions; the pen has checked facts and context already. */
function loosely(value: object): never {
  return value as never
}
