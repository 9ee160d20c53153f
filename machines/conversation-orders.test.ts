import { describe, expect, it } from 'vitest'
import { conversation } from './conversation.ts'
import { draft, message, opened, priya, ravi, route, takeOver, verdict, wrote } from './testing/conversation-script.ts'
import { broken } from './testing/conversation-rules.ts'
import {
  after,
  afterAll,
  completed,
  completedUnfenced,
  failed,
  fired,
  onStage,
  said,
  type Stage,
  type Work,
} from './testing/harness.ts'

/** A stage with all work ever started, so that any of it can come back at any time. */
interface Seen {
  readonly stage: Stage
  readonly started: readonly Work[]
}

type Move = (seen: Seen) => Stage | undefined

const outputs: { readonly [name: string]: object } = { route, answer: draft, check: verdict }

function bornOf(work: Work): object {
  const input = work.input as { turn: number | { turn: number; epoch: number }; epoch: number }
  const { turn, epoch } = typeof input.turn === 'object' ? input.turn : { turn: input.turn, epoch: input.epoch }
  return { born: { turn, epoch } }
}

/** The last running work comes back as it should. */
const comesBack: Move = ({ stage }) => {
  const work = [...stage.work.values()].at(-1)
  return work === undefined ? undefined : completed(stage, work, { ...outputs[work.name], ...bornOf(work) })
}

/** Every piece of work that is not wanted any more comes back late, from the newest, to a host that fences nothing. */
const comesLate: Move = ({ stage, started }) => {
  const late = started.filter((each) => stage.work.get(each.id)?.epoch !== each.epoch)
  if (late.length === 0) return undefined
  return late.reduceRight(
    (each, work) => completedUnfenced(each, work, { ...outputs[work.name], ...bornOf(work) }),
    stage,
  )
}

const fails: Move = ({ stage }) => {
  const work = [...stage.work.values()].at(-1)
  return work === undefined ? undefined : failed(stage, work, 'provider down')
}

const draftsHandOff: Move = ({ stage }) => {
  const work = [...stage.work.values()].find((each) => each.name === 'answer')
  const handOff = { reason: 'negotiation', summary: 'wants a discount' }
  return work === undefined ? undefined : completed(stage, work, { ...draft, handOff, ...bornOf(work) })
}

const sends: Move = ({ stage }) => {
  const n = stage.asked.length
  const asked = stage.asked.at(-1)?.input
  const number = asked === undefined ? 0 : (asked as { n: number }).n
  return n === 0 ? undefined : after(stage, { type: 'delivery.sent', n: number })
}

const burstEnds: Move = ({ stage }) => {
  const timer = [...stage.timers.keys()].find((each) => each.includes('burstWindow'))
  return timer === undefined ? undefined : fired(stage, timer)
}

const by = (event: (stage: Stage) => Parameters<typeof after>[1]): Move => {
  return ({ stage }) => after(stage, event(stage))
}
const customer = by((stage) => message(`c${stage.revision}`, 'and another thing'))
const fragment = by((stage) => wrote(`c${stage.revision}`, 'and'))
const priyaTakes = by(() => takeOver(priya))
const raviTakes = by(() => takeOver(ravi))
const handsBack = by(() => ({ type: 'member.hand-back', ...priya }))
const closes = by(() => ({ type: 'member.close', ...priya, reason: 'done' }))
const asks = by(() => ({ type: 'person.requested' }))
const memberSays = by((stage) => memberMessage(`m${stage.revision}`, 'console'))
const phoneSays = by((stage) => memberMessage(`phone${stage.revision}`, 'phone'))

function memberMessage(clientId: string, via: string) {
  return { type: 'member.message', ...priya, clientId, text: 'hello', via }
}

/** Every order of the moves up to a depth; orders that changed nothing are not gone on with. Returns how many steps were checked. */
function explore(from: Stage, moves: { readonly [name: string]: Move }, depth: number): number {
  let steps = 0
  const walk = (seen: Seen, path: readonly string[]): void => {
    if (path.length === depth) return
    for (const [name, move] of Object.entries(moves)) {
      const stage = move(seen)
      if (stage === undefined || stage.snapshot === seen.stage.snapshot) continue
      steps++
      const problems = broken(stage)
      if (problems.length > 0) throw new Error(`${[...path, name].join(' → ')}: ${problems.join('; ')}`)
      const news = [...stage.work.values()].filter(({ epoch }) => epoch >= seen.stage.revision)
      walk({ stage, started: [...seen.started, ...news] }, [...path, name])
    }
  }
  walk({ stage: from, started: [...from.work.values()] }, [])
  return steps
}

function fresh(): Stage {
  const stage = onStage(conversation.machine, conversation.input('acme/conversation/c1', {}))
  return { ...after(stage, opened), stores: false }
}

describe('every order of events', () => {
  it('[M1] [M2] [M3] of drafts, late drafts, take-overs, messages and sends keeps every rule', () => {
    const moves = { customer, comesBack, comesLate, priyaTakes, raviTakes, handsBack, memberSays, sends }
    expect(explore(after(fresh(), message('a', 'hi there')), moves, 6)).toBeGreaterThan(20_000)
  })

  it('[M5] of hand-offs, failures, requests for a person, closing and the phone keeps every rule', () => {
    const moves = {
      customer,
      fragment,
      burstEnds,
      comesBack,
      comesLate,
      fails,
      draftsHandOff,
      asks,
      phoneSays,
      handsBack,
      closes,
    }
    expect(explore(fresh(), moves, 5)).toBeGreaterThan(10_000)
  })

  it('[M1] a take-over at any instant of a turn is the last word until the hand-back, whatever comes late', () => {
    for (let instant = 0; instant <= 3; instant++) {
      let seen: Seen = { stage: after(fresh(), message('a', 'hi there')), started: [] }
      const started: Work[] = [...seen.stage.work.values()]
      for (let step = 0; step < instant; step++) {
        const stage = comesBack(seen) ?? seen.stage
        started.push(...stage.work.values())
        seen = { stage, started }
      }
      const taken = after(seen.stage, takeOver(priya))
      const late = comesLate({ stage: taken, started }) ?? taken
      const spoke = said(late, 'message-added').filter((each) => JSON.stringify(each['author']).includes('assistant'))
      expect(spoke).toHaveLength(instant === 3 ? 1 : 0)
      expect(late.snapshot.value).toEqual({ open: { member: instant === 3 ? 'attentive' : 'owing' } })
    }
  })

  it('[M6] hand-back answers exactly once, at whatever instant it was taken and however often it goes round', () => {
    let stage = fresh()
    for (let round = 1; round <= 5; round++) {
      stage = afterAll(stage, [message(`r${round}`, 'hello'), takeOver(priya), { type: 'member.hand-back', ...priya }])
      while (stage.work.size > 0) stage = comesBack({ stage, started: [] }) ?? stage
      const spoke = said(stage, 'message-added').filter((each) => JSON.stringify(each['author']).includes('assistant'))
      expect(spoke).toHaveLength(round)
      expect(broken(stage)).toEqual([])
    }
  })
})
