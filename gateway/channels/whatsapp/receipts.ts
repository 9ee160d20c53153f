/**
 * Tells Meta that a customer's message was read and that an answer is being written: when the assistant begins a turn, and when a member reads or types.
 * Owns the customer's last message of the conversations it heard of lately.
 * 1. Only what is in the journal is shown as read: turns begin with messages that are. 2. Whichever processes hear of it, Meta is told at most once of a
 * message that it was read, and once that somebody types. 3. It may be lost: nothing waits for it, nothing is tried again.
 */
import { partsOf, type Address } from '#runtime/address.ts'
import type { Fact } from '#runtime/fact.ts'
import type { Documents } from '#runtime/ports/documents.ts'
import type { Ephemeral } from '#runtime/ports/ephemeral.ts'
import type { Log } from '#runtime/ports/log.ts'
import type { ConversationFacts, TranscriptMessage } from '#machines/conversation-contract.ts'
import type { Connections } from '../../connections/connection.ts'
import type { LiveHub } from '../../live-hub.ts'
import { collections } from '../../read-models/collections.ts'
import type { ConversationDocument } from '../../read-models/conversation-document.ts'
import { factOf, fromJson } from '../../read-models/shape.ts'
import type { GraphClient } from './graph-client.ts'

/** Read receipts towards Meta. */
export interface Receipts {
  /** A member looks at the conversation. */
  read(conversation: Address): void
  /** A member writes. */
  typing(conversation: Address): void
  stop(): void
}

const rememberedMax = 10_000
/** A message older than this has long been answered, or has no open window. */
const claimMs = 24 * 60 * 60 * 1000
const lookBack = 20

/** Begins to listen. */
export function createReceipts(house: {
  readonly hub: Pick<LiveHub, 'onAll'>
  readonly documents: Pick<Documents, 'get' | 'query'>
  readonly connections: Connections
  readonly graph: Pick<GraphClient, 'markRead'>
  readonly ephemeral: Pick<Ephemeral, 'increment'>
  readonly log: Log
}): Receipts {
  const last = new Map<string, string>()
  const hear = (fact: Fact): void => {
    const { type, data, address } = factOf<ConversationFacts>(fact)
    if (type === 'message-added' && isFromWhatsApp(data)) {
      if (last.size >= rememberedMax) last.delete(last.keys().next().value ?? '')
      last.set(address, data.clientId ?? '')
    }
    if (type === 'turn-started') show(address, 'typing', async () => last.get(address))
  }
  const show = (conversation: Address, what: What, message: () => Promise<string | undefined>): void => {
    tell({ conversation, what, message }, house).catch((error: unknown) => {
      // 3
      house.log.debug('a read receipt was lost', { conversation, error: String(error) })
    })
  }
  const lastOf = (conversation: Address) => async (): Promise<string | undefined> =>
    last.get(conversation) ?? (await storedLast(conversation, house))
  return {
    read: (conversation) => show(conversation, 'read', lastOf(conversation)),
    typing: (conversation) => show(conversation, 'typing', lastOf(conversation)),
    stop: house.hub.onAll(hear),
  }
}

type What = 'read' | 'typing'
type Parts = Parameters<typeof createReceipts>[0]

async function tell(
  {
    conversation,
    what,
    message,
  }: { readonly conversation: Address; readonly what: What; readonly message: () => Promise<string | undefined> },
  { documents, connections, graph, ephemeral }: Parts,
): Promise<void> {
  const messageId = await message()
  if (messageId === undefined || messageId === '') return
  // 2
  if ((await ephemeral.increment(`receipt/${what}/${messageId}`, 1, claimMs)) > 1) return
  const stored = await documents.get(collections.conversations, conversation)
  const marks = stored && fromJson<ConversationDocument>(stored.value).marks
  const reached = marks?.reached.find(({ channel }) => channel === 'whatsapp')
  if (reached === undefined) return
  const number = await connections.whatsappAccount(partsOf(conversation).workspace, reached.account)
  if (number === undefined) return
  await graph.markRead({ account: reached.account, token: number.accessToken, messageId, typing: what === 'typing' })
}

async function storedLast(conversation: Address, { documents }: Parts): Promise<string | undefined> {
  const page = await documents.query({
    collection: collections.messages,
    where: [{ field: 'conversation', op: '=', value: conversation }],
    order: [{ field: 'n', direction: 'descending' }],
    limit: lookBack,
  })
  return page.documents.map(({ value }) => fromJson<TranscriptMessage>(value)).find(isFromWhatsApp)?.clientId
}

function isFromWhatsApp({ author, channel, clientId }: TranscriptMessage): boolean {
  return author.kind === 'customer' && channel === 'whatsapp' && clientId !== undefined
}
