/**
 * Messages of two campaigns and their keepers, with every way things can fall out of order that a host allows: what one actor sends another arrives in
 * its order, and anything else in any. The gate is played: it counts what it let through and hears what did not go out.
 */
import * as fc from 'fast-check'
import { accountId } from '../account-writing.ts'
import { catalogue } from '../catalogue.ts'
import { templatesRead } from './account-script.ts'
import { paidAsked } from './event-script.ts'
import { after, completed, fired, onStage, said, type Stage, type StageEvent } from './harness.ts'

/** What happens in one world: numbers that choose, as long as there are choices, and what the played gate and provider say. */
export interface Plan {
  readonly picks: readonly number[]
  readonly gate: readonly ('send' | 'hold' | 'refuse')[]
  readonly calls: readonly ('accepted' | 'later' | 'superseded' | 'ambiguous' | 'refused' | 'failed')[]
}

export const plan: fc.Arbitrary<Plan> = fc.record({
  picks: fc.array(fc.nat(1000), { minLength: 60, maxLength: 160 }),
  gate: fc.array(fc.constantFrom('send', 'send', 'hold', 'refuse'), { minLength: 12, maxLength: 12 }),
  calls: fc.array(fc.constantFrom('accepted', 'accepted', 'later', 'superseded', 'ambiguous', 'refused', 'failed'), {
    minLength: 12,
    maxLength: 12,
  }),
})

const messages = 6
const price = 60_000
const lead = 'acme/lead/1'
const budget = 'acme/budget/messages'
const portfolio = `acme/account/${accountId('portfolio', '4242')}`

/** Owns the actors, and what is on its way between each two of them. */
export class KeepersWorld {
  readonly limitMicros = 2.5 * price
  readonly peopleMax = 3
  /** The most that was ever spent and reserved together. */
  mostMicros = 0
  readonly #plan: Plan
  readonly #actors = new Map<string, Stage>()
  readonly #lines = new Map<string, StageEvent[]>()
  readonly #letThrough = new Set<string>()
  readonly #dispatches = Array.from({ length: messages }, (_, index) => `acme/dispatch/${index}`)
  #nowMs = 1_800_000_000_000
  #gateAsked = 0
  #called = 0
  #restart = 0

  constructor(told: Plan) {
    this.#plan = told
    for (const account of ['1', '2']) {
      const number = `acme/account/${accountId('whatsapp', account)}`
      this.#give(number, {
        ...templatesRead,
        templates: [{ ...templatesRead.templates[0], name: 'offer', variables: 0 }],
      })
      this.#give(number, { type: 'account.noticed', field: 'x', details: '', limit: this.peopleMax })
      this.#give(number, { type: 'account.portfolio-told', portfolio: '4242' })
    }
    this.#give(budget, { type: 'budget.limited', limitMicros: this.limitMicros, by: 'm1' })
    this.#settle()
    for (const [index, dispatch] of this.#dispatches.entries()) {
      const reach = { account: String((index % 2) + 1), phone: `3460000000${index}` }
      const purpose = index % 3 === 2 ? 'utility' : 'marketing'
      const content = { ...paidAsked.content, category: purpose }
      this.#say('world', dispatch, { ...paidAsked, reach, n: index, purpose, content })
    }
  }

  /** Lets everything happen that the plan chooses, and then all that is left, until nothing is on its way and no call is out. */
  live(): void {
    for (const pick of this.#plan.picks) {
      const choices = [...this.#deliveries(), ...this.#completions(), ...this.#timers()]
      choices[pick % Math.max(1, choices.length)]?.()
    }
    for (let rounds = 0; rounds < 400; rounds++) {
      const next = this.#deliveries()[0] ?? this.#completions()[0] ?? this.#deciding()
      if (next === undefined) return
      next()
    }
    throw new Error('they never come to rest')
  }

  reservedMicros(): number {
    return Number(this.#context(budget)['reservedMicros'])
  }

  spentMicros(): number {
    const lines = this.#context(budget)['lines']
    return Array.isArray(lines) ? lines.reduce((sum: number, { micros }: { micros: number }) => sum + micros, 0) : 0
  }

  /** What the messages themselves say they cost. */
  chargedMicros(): number {
    const cost = (dispatch: string) => said(this.#at(dispatch), 'dispatch-changed').at(-1)?.['cost']
    return this.#dispatches.reduce((sum, each) => sum + microsIn(cost(each)), 0)
  }

  openAtPortfolio(): readonly string[] {
    const reached = this.#context(portfolio)['reached']
    return typeof reached === 'object' && reached !== null && 'open' in reached ? Object.keys(Object(reached.open)) : []
  }

  peopleReached(): number {
    return this.wentOut().length
  }

  /** Messages that went out, or may have. */
  wentOut(): readonly string[] {
    const went = ['accepted', 'unknown']
    return this.#dispatches.filter((each) => went.includes(String(this.#context(each)['status'])))
  }

  countedByGate(): readonly string[] {
    return [...this.#letThrough].sort()
  }

  /** Statuses and reasons that came up. */
  ends(): readonly string[] {
    return this.#dispatches.flatMap((each) => {
      const stage = this.#at(each)
      const reasons = said(stage, 'dispatch-decided').map(({ reason }) => String(reason))
      return [...reasons, String(this.#context(each)['status'])]
    })
  }

  #deliveries(): (() => void)[] {
    return [...this.#lines].flatMap(([line, events]) => {
      const [, to = ''] = line.split(' ')
      const deliver = (): void => {
        const event = events.shift()
        if (event !== undefined) this.#give(to, event)
      }
      return events.length === 0 ? [] : [deliver]
    })
  }

  #completions(): (() => void)[] {
    return this.#dispatches.flatMap((each) => {
      const stage = this.#at(each)
      return [...stage.work.values()].map((work) => (): void => {
        const outcome = this.#plan.calls[this.#called++] ?? 'accepted'
        if (outcome === 'failed') {
          this.#keep(each, completed(this.#now(each), work, outputs.accepted))
          this.#say('world', each, failure)
          return
        }
        this.#keep(each, completed(this.#now(each), work, outputs[outcome]))
      })
    })
  }

  #timers(): (() => void)[] {
    return this.#dispatches.flatMap((each) => {
      return [...this.#at(each).timers].map(([id, { dueAtMs }]) => (): void => {
        this.#nowMs = Math.max(this.#nowMs, Math.min(dueAtMs, this.#nowMs + 60_000))
        this.#keep(each, fired({ ...this.#now(each) }, id))
      })
    })
  }

  /** Nothing is on its way, and somebody still waits for an answer: then it got lost, which is none of what may be. */
  #deciding(): (() => void) | undefined {
    const stuck = this.#dispatches.find((each) => ['asking', 'budgeting', 'deciding'].includes(this.#state(each)))
    if (stuck !== undefined && this.#restart++ > 50) throw new Error(`${stuck} waits for ever`)
    return undefined
  }

  #state(address: string): string {
    return String(this.#at(address).snapshot.value)
  }

  #settle(): void {
    for (let next = this.#deliveries()[0]; next !== undefined; next = this.#deliveries()[0]) next()
  }

  #give(address: string, event: StageEvent): void {
    if (address === lead) this.#askGate(event)
    else if (/^acme\/(dispatch|account|budget)\//u.test(address)) {
      this.#keep(address, after(this.#now(address), { ...event, atMs: this.#nowMs }))
    }
  }

  #askGate(event: StageEvent): void {
    if (event.type === 'outreach.released') this.#letThrough.delete(String(event['dispatch']))
    if (event.type !== 'outreach.asked') return
    const request = Object(event['request'])
    const dispatch = String(request.dispatch)
    const outcome = this.#plan.gate[this.#gateAsked++] ?? 'send'
    if (outcome === 'send') this.#letThrough.add(dispatch)
    this.#say(lead, dispatch, { type: 'outreach.decided', ...answers[outcome], ...until(outcome, this.#nowMs) })
  }

  #say(from: string, to: string, event: StageEvent): void {
    const line = `${from} ${to}`
    this.#lines.set(line, [...(this.#lines.get(line) ?? []), event])
  }

  #at(address: string): Stage {
    const found = this.#actors.get(address)
    if (found !== undefined) return found
    const hosted = catalogue.find(({ kind }) => kind === address.split('/')[1])
    if (hosted === undefined) throw new Error(`no machine for ${address}`)
    const stage = { ...onStage(hosted.machine, hosted.input(address, {}), this.#nowMs), stores: false }
    this.#actors.set(address, stage)
    return stage
  }

  #now(address: string): Stage {
    return { ...this.#at(address), atMs: this.#nowMs }
  }

  #keep(address: string, stage: Stage): void {
    const known = this.#at(address).sends.length
    this.#actors.set(address, stage)
    for (const { to, event } of stage.sends.slice(known)) this.#say(address, to, event)
    if (address === budget) this.mostMicros = Math.max(this.mostMicros, this.spentMicros() + this.reservedMicros())
  }

  #context(address: string): { readonly [field: string]: unknown } {
    return this.#at(address).snapshot.context
  }
}

const answers = {
  send: { outcome: 'send', reason: 'consented' },
  hold: { outcome: 'hold', reason: 'frequency-cap' },
  refuse: { outcome: 'refuse', reason: 'opted-out' },
} as const

function until(outcome: string, nowMs: number): object {
  return outcome === 'hold' ? { untilMs: nowMs + 5000 } : {}
}

const outputs = {
  accepted: { outcome: 'accepted', providerId: 'wamid.OUT' },
  later: { outcome: 'later', afterMs: 1000, reason: 'busy' },
  superseded: { outcome: 'superseded', reason: 'somebody took over' },
  ambiguous: { outcome: 'ambiguous', reason: 'no answer' },
  refused: { outcome: 'refused', action: 'give-up', code: 131026, reason: 'undeliverable' },
} as const

const failure: StageEvent = {
  type: 'provider.told',
  status: 'failed',
  providerId: 'wamid.OUT',
  account: '1',
  toldAtMs: 1,
}

function microsIn(cost: unknown): number {
  return typeof cost === 'object' && cost !== null && 'micros' in cost ? Number(cost.micros) : 0
}
