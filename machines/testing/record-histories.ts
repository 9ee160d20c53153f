/**
 * Records histories to be replayed for ever: `node machines/testing/record-histories.ts` writes `histories/<kind>@<version>.json`
 * where there is none. What is recorded is never written again: a machine that would replay it to another end needs a new version.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { catalogue } from '../catalogue.ts'
import { draft, message, opened, priya, ravi, route, takeOver, verdict, wrote } from './conversation-script.ts'
import { scripts } from './event-script.ts'
import { after, completed, failed, onStage, persisted, running, type Stage, type StageEvent } from './harness.ts'
import { Town } from './town.ts'

export interface History {
  /** `kind@version`. */
  readonly machine: string
  readonly runs: readonly Run[]
}

/** One actor's life: what it was started with, every event with its time, and where it ended. */
export interface Run {
  readonly input: object
  readonly events: readonly StageEvent[]
  readonly facts: readonly StageEvent[]
  readonly end: unknown
}

/** Replays a run from nothing. */
export function replayed(machine: unknown, run: Run): Run {
  return recorded(
    run.input,
    run.events.reduce((stage, event) => after(stage, event), blank(machine, run.input)),
  )
}

function recorded(input: object, stage: Stage): Run {
  return { input, events: stage.events, facts: stage.facts, end: persisted(stage) }
}

/** The clock stands at nothing: the events bring their own times. */
function blank(machine: unknown, input: object): Stage {
  return onStage(machine, input, 0)
}

/** An evening on the platform, in which every actor has its part. */
function evening(): Town {
  const town = new Town({ queue: { assignment: 'balanced' } })
  const chat = 'acme/conversation/1'
  const meeting = 'acme/meeting/1'
  const answer = (output: object): Stage => {
    town.set(chat, completed(town.at(chat), running(town.at(chat), 'route'), route))
    town.set(chat, completed(town.at(chat), running(town.at(chat), 'answer'), { ...draft, ...output }))
    return town.set(chat, completed(town.at(chat), running(town.at(chat), 'check'), verdict))
  }
  town.tell(chat, opened)
  town.tell(chat, wrote('a', 'hi'))
  town.wait(chat, 400)
  town.tell(chat, message('b', '3 bhk in whitefield under 1.2 crore'))
  answer({ learned: { bedrooms: 3, city: 'Bengaluru', budgetMaxMinor: 1_200_000_000 } })
  town.tell(chat, { type: 'receipt.read', upTo: 3 })
  town.tell(chat, { type: 'customer.identified', name: 'Asha', phone: '98450 12345' })
  town.tell('acme/lead/0', { type: 'lead.captured', profile: { phone: '9845012345', source: 'import' } })
  town.tell(chat, message('c', 'can i see it saturday at 11'))
  answer({ engagement: 'meeting-request' })
  town.tell(meeting, {
    type: 'meeting.request',
    conversation: chat,
    lead: 'acme/lead/1',
    listingId: '1',
    title: '3 BHK',
    place: 'Whitefield',
    startAtMs: Date.UTC(2027, 0, 16, 5, 30),
    durationMs: 3_600_000,
    timeZone: 'Asia/Kolkata',
    calendar: 'acme/calendar/sales',
  })
  town.tell(meeting, { type: 'meeting.confirm', by: 'customer' })
  town.tell(chat, message('d', 'is there a discount?'))
  answer({ handOff: { reason: 'negotiation', summary: 'asks for a discount' } })
  town.tell('acme/queue/sales', { type: 'member.available', ...priya, capacity: 3 })
  town.tell(chat, takeOver(ravi))
  town.tell(chat, { type: 'member.message', ...priya, clientId: 'p1', text: 'I can ask the owner.', via: 'console' })
  town.tell(chat, { type: 'member.hand-back', ...priya, note: 'ask for her timeline' })
  town.tell(chat, message('e', 'ok'))
  town.set(chat, failed(town.at(chat), running(town.at(chat), 'route'), 'provider down'))
  town.tell(chat, { type: 'member.close', ...priya, reason: 'done for today' })
  town.wait(meeting, 3 * 24 * 60 * 60_000)
  town.tell(meeting, { type: 'meeting.missed', by: priya.memberId })
  town.wait(meeting, 24 * 60 * 60_000)
  town.tell('acme/listing/1', { type: 'listing.put', content: { title: '3 BHK' }, hash: 'a', source: 'import' })
  return town
}

/** The evening's actors of a kind, and one that goes through its whole script twice. */
function historyOf(kind: string): History {
  const hosted = catalogue.find((each) => each.kind === kind)
  if (hosted === undefined) throw new Error(`no machine of kind ${kind}`)
  const settings = { queue: { assignment: 'balanced' } }
  const lives = [...evening().actors].filter(([address]) => address.split('/')[1] === kind)
  const input = hosted.input(`acme/${kind}/1`, {})
  const events = scripts[kind]?.events.filter((each) => !each.type.startsWith('xstate.')) ?? []
  const script = [...events, ...events].reduce((stage, event) => after(stage, event), onStage(hosted.machine, input))
  const runs = lives.map(([address, stage]) => recorded(hosted.input(address, settings), stage))
  return { machine: `${kind}@${hosted.version}`, runs: [...runs, recorded(input, script)] }
}

if (import.meta.main) {
  const folder = fileURLToPath(new URL('../histories/', import.meta.url))
  mkdirSync(folder, { recursive: true })
  for (const { kind, version } of catalogue) {
    const path = `${folder}${kind}@${version}.json`
    if (!existsSync(path)) writeFileSync(path, `${JSON.stringify(historyOf(kind))}\n`)
  }
}
