import type { Address } from '#runtime/address.ts'
import type { MachineEvent } from '#runtime/event.ts'
import type { Fact } from '#runtime/fact.ts'
import type { Clock } from '#runtime/ports/clock.ts'
import type { Documents } from '#runtime/ports/documents.ts'
import type { Runtime } from '#runtime/runtime.ts'
import type { ConversationEvent, Owner, TranscriptMessage } from '#machines/conversation-contract.ts'
import type { LeadEvent, MeetingEvent, QueueEvent } from '#machines/lead-contract.ts'
import type { RefusedEventEvent } from '#machines/refused-event-contract.ts'
import type { ContactEvent } from '#machines/contact-contract.ts'
import type { AccountEvent } from '#machines/account-contract.ts'
import type { BudgetEvent } from '#machines/budget-contract.ts'
import type { DispatchEvent } from '#machines/dispatch-contract.ts'
import type { LeadAdEvent } from '#machines/lead-ad-contract.ts'
import type { MediaEvent } from '#machines/media-contract.ts'
import { GatewayError } from './errors.ts'
import type { LiveHub } from './live-hub.ts'
import { fromJson, maybe } from './read-models/shape.ts'
import { numberOf } from './transcript.ts'

/** How long a client waits for its command to be handled; the event stays durable beyond it. */
export const submitTimeoutMs = 15_000

export type AnyEvent =
  | ConversationEvent
  | LeadEvent
  | MeetingEvent
  | QueueEvent
  | RefusedEventEvent
  | ContactEvent
  | DispatchEvent
  | AccountEvent
  | BudgetEvent
  | LeadAdEvent
  | MediaEvent

/** The event as the runtime takes it: the contracts hold JSON only. */
export function eventOf(event: AnyEvent): MachineEvent {
  return event as unknown as MachineEvent
}

/** Hands an event to its actor and answers what happened. A refusal by the machine is thrown as `refused`, naming who owns what. */
export async function submit(
  runtime: Runtime,
  request: { readonly to: Address; readonly event: AnyEvent; readonly id?: string },
): Promise<readonly Fact[]> {
  const { to, event, id } = request
  const handled = await runtime.submit(
    { to, event: eventOf(event), ...maybe('id', id) },
    AbortSignal.timeout(submitTimeoutMs),
  )
  if (handled.outcome === 'failed' || handled.outcome === 'parked') {
    throw new GatewayError('unavailable', `${to} has stopped at an error; somebody of us has to look at it.`)
  }
  const refusal = handled.facts.find((each) => each.type === 'command-refused')
  if (refusal !== undefined) throw refused(refusal)
  return handled.facts
}

function refused(fact: Fact): GatewayError {
  const { code, message, owner } = fromJson<{
    readonly code: string
    readonly message: string
    readonly owner?: Owner
  }>(fact.data)
  return new GatewayError('refused', message, { refusal: { code, ...maybe('owner', owner) } })
}

/**
 * Hands a message to its conversation and answers its number. `id` makes a retry the same event: then the number is looked up, and waited
 * for when the first try is still on its way.
 */
export async function submitMessage(
  house: Seeing & { readonly runtime: Runtime },
  request: { readonly to: Address; readonly event: AnyEvent; readonly id: string; readonly clientId: string },
): Promise<number> {
  const { to, clientId } = request
  const facts = await submit(house.runtime, request)
  const added = facts.find((each) => isMessage(each, clientId))
  if (added !== undefined) return fromJson<TranscriptMessage>(added.data).n
  return await seen(house, to, clientId)
}

/** Where a message that was sent before is looked for. */
interface Seeing {
  readonly runtime: Pick<Runtime, 'journal'>
  readonly documents: Documents
  readonly hub: LiveHub
  readonly clock: Clock
}

function seen({ documents, hub, clock, runtime }: Seeing, to: Address, clientId: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const settle = (end: () => void): void => {
      stop()
      clearTimeout(timer)
      end()
    }
    const stop = hub.onAddress(to, (fact) => {
      if (isMessage(fact, clientId)) settle(() => resolve(fromJson<TranscriptMessage>(fact.data).n))
    })
    const timer = setTimeout(() => settle(() => reject(new GatewayError('timeout'))), duplicateWaitMs)
    const found = (n: number | undefined): void => (n === undefined ? undefined : settle(() => resolve(n)))
    numberOf({ documents, clock, journal: runtime.journal }, to, clientId).then(found, (error: unknown) =>
      settle(() => reject(error)),
    )
  })
}

const duplicateWaitMs = 3000

function isMessage(fact: Fact, clientId: string): boolean {
  return fact.type === 'message-added' && fact.data['clientId'] === clientId
}
