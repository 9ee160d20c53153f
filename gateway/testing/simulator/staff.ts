import { addressOf, parseAddress, partsOf, type Address } from '#runtime/address.ts'
import type { JsonObject } from '#runtime/json.ts'
import type { Journal } from '#runtime/ports/journal.ts'
import { sleep, type World } from '#runtime/testing/simulator/world.ts'
import type { MachineEvent } from '#runtime/event.ts'
import { workspace } from './door.ts'
import { fieldsOf } from './fields.ts'

export interface StaffOptions {
  readonly world: World
  /** The journal around all faults, to see which conversations there are. */
  readonly truth: Journal
}

const members = ['asha', 'ben'] as const
const conversationsMax = 100

/** Members take over, answer, hand back and close from the console. */
export function startStaff(options: StaffOptions, actions: number): void {
  for (const member of members) void work(options, member, actions)
}

/** Several campaigns write to everybody at the same instant; every other person has agreed to it. */
export async function startCampaigns({ world, truth }: StaffOptions, wave: string): Promise<void> {
  for (const [index, conversation] of (await conversations(truth)).entries()) {
    const reach = await reachOf(truth, conversation)
    if (reach === undefined) continue
    const lead = conversation.replace('/conversation/', '/lead/')
    if (index % 2 === 0) void agree(world, lead, wave)
    for (const campaign of ['offer', 'fair', 'news']) {
      const to = addressOf(workspace, 'dispatch', `${campaign}-${wave}-${partsOf(conversation).id}`.slice(0, 120))
      const content = {
        kind: 'template',
        name: campaign,
        language: 'en',
        category: 'marketing',
        variables: [],
        preview: campaign,
      }
      const event = {
        type: 'dispatch.asked',
        conversation,
        lead,
        n: 0,
        epoch: 0,
        channel: 'whatsapp',
        reach,
        content,
        purpose: 'marketing',
        sender: 'campaign',
      }
      void world.send({ id: 'asked', to, event })
    }
  }
}

function agree(world: World, lead: string, wave: string): Promise<void> {
  const to = parseAddress(lead)
  const consent = { state: 'given', atMs: world.clock.nowMs() - 1000, source: 'lead-form', proof: 'whatsapp_optin=1' }
  const event = { type: 'consent.said', scope: 'whatsapp:marketing', consent }
  return to === undefined ? Promise.resolve() : world.send({ id: `agreed-${wave}`, to, event })
}

async function work({ world, truth }: StaffOptions, member: string, actions: number): Promise<void> {
  const { clock, ids } = world
  for (let index = 0; index < actions; index++) {
    await sleep(clock, 500 + Math.ceil(ids.random() * 15_000))
    const all = await conversations(truth)
    const to = all[Math.floor(ids.random() * all.length)]
    if (to === undefined) continue
    for (const [step, event] of acts(ids.random(), `${member}-${index}`).entries())
      await world.send({ id: `${member}:${index}.${step}`, to, event: { ...event, memberId: member, name: member } })
  }
}

/** Mostly they give it back, so that the assistant goes on answering. */
function acts(chance: number, clientId: string): readonly MachineEvent[] {
  const takeOver = { type: 'member.take-over', via: 'console', force: true }
  if (chance < 0.15) return [takeOver, { type: 'member.message', via: 'console', clientId, text: `from ${clientId}` }]
  if (chance < 0.9) return [takeOver, { type: 'member.hand-back' }]
  return [chance < 0.95 ? { type: 'member.close', reason: 'done' } : { type: 'member.reopen' }]
}

async function conversations(truth: Journal): Promise<readonly Address[]> {
  const found = await truth.list({ workspace, kind: 'conversation', limit: conversationsMax })
  return found.map(({ address }) => address).sort()
}

async function reachOf(truth: Journal, conversation: Address): Promise<JsonObject | undefined> {
  const { context } = fieldsOf((await truth.load(conversation))?.snapshot)
  const { reach } = fieldsOf(context)
  return reach === undefined ? undefined : fieldsOf(reach)
}
