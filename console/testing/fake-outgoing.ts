/** A WhatsApp conversation with one of everything: ways out, files, quotations, reactions, and a STOP. */
import type { ConsentView, DecisionView, OutgoingView, TranscriptMessage } from '#gateway/protocol.ts'
import type { FakeConversation, FakeWorld, Said } from './fake-world.ts'

const minute = 60_000

type WayChange = Partial<OutgoingView> & Pick<OutgoingView, 'status'>

/** The way out of a message of ours; `decision` is the gate's last word. */
export function wayOf(
  conversation: FakeConversation,
  message: TranscriptMessage,
  { decision, ...change }: WayChange & { readonly decision?: Partial<DecisionView> },
): OutgoingView {
  const { n, atMs, text } = message
  return {
    dispatch: `demo/dispatch/${conversation.row.conversation.split('/').at(-1)}:${n}`,
    conversation: conversation.row.conversation,
    lead: conversation.row.lead,
    n,
    channel: 'whatsapp',
    purpose: 'service',
    sender: message.author.kind === 'member' ? 'member' : 'assistant',
    preview: text,
    askedAtMs: atMs,
    decisions: [{ outcome: 'send', reason: 'service-reply', atMs, ...decision }],
    providerId: `wamid.${n}`,
    attempts: 1,
    steps: [{ status: change.status, atMs: atMs + 1, attempt: 1 }],
    updatedAtMs: atMs,
    ...change,
  }
}

/** What a customer says who wants no more. */
export function stopConsent(atMs: number): ConsentView {
  return { scope: '*:marketing', state: 'withdrawn', atMs, source: 'words', proof: 'Stop!', channel: 'whatsapp' }
}

/** Puts it all into a conversation of a member's. */
export function showEverything(world: FakeWorld, id: string): void {
  const conversation = world.of(id)
  const { owner } = conversation.row
  const member = owner.kind === 'member' ? { ...owner, kind: 'member' as const } : { kind: 'assistant' as const }
  world.change(conversation, { channel: 'whatsapp' })
  const theirs = (said: Said) => world.add(conversation, { kind: 'customer', name: conversation.row.name }, said)
  const ours = (text: string, way: Parameters<typeof wayOf>[2]) => {
    const message = world.add(conversation, member, { text })
    world.wayOut(id, wayOf(conversation, message, way))
  }
  const nowMs = world.nowMs()
  theirs({
    text: 'Saw your ad. Is this flat still there?',
    clientId: 'wamid.ad',
    sentAtMs: nowMs - 5 * minute,
    referral: { sourceType: 'ad', sourceId: '120', headline: '3 BHK in Whitefield from ₹1.2 Cr' },
  })
  theirs({ text: 'From outside', attachments: [{ kind: 'image', mediaId: '1', mimeType: 'image/jpeg' }] })
  theirs({
    text: '',
    attachments: [
      { kind: 'voice', mediaId: '2', mimeType: 'audio/ogg' },
      { kind: 'document', mediaId: '3', mimeType: 'application/pdf', filename: 'sale-deed-2019.pdf' },
      { kind: 'location', latitude: 12.9698, longitude: 77.75, name: 'Palm Grove', address: 'Whitefield, Bengaluru' },
      { kind: 'contacts', contacts: [{ name: 'Meera (wife)', phones: ['+919845012345'] }] },
      { kind: 'order', items: [{ productId: 'SITE-VISIT', quantity: 1, price: 500, currency: 'INR' }] },
      { kind: 'form', name: 'visit', answers: { day: 'Saturday', 'how many': '3' } },
      { kind: 'unsupported', what: 'poll' },
    ],
  })
  const steps: OutgoingView['steps'] = [
    { status: 'sending', atMs: nowMs, attempt: 1 },
    { status: 'delivered', atMs: nowMs, attempt: 1 },
    { status: 'read', atMs: nowMs + 2 * minute, attempt: 1 },
  ]
  ours('Yes, it is still available.', { status: 'read', steps, category: 'service', billable: false })
  theirs({ text: 'Great, can I see it?', clientId: 'wamid.see', replyTo: `wamid.${conversation.row.lastN}` })
  theirs({ text: 'My card number is …', clientId: 'wamid.gone' })
  world.marks(id, {
    reactions: [{ to: `wamid.${conversation.row.lastN - 2}`, emoji: '👍' }],
    revoked: [conversation.row.lastN],
    reached: [
      { channel: 'whatsapp', account: '106540352242922', phone: '919845012345', username: '@ana', userId: 'IN.1349' },
    ],
  })
  theirs({ text: 'I mailed you the papers', channel: 'email', sentAtMs: nowMs - minute })
  world.add(conversation, member, {
    text: 'Here is the tour.',
    content: { kind: 'link', text: 'Here is the tour.', label: 'See the tour', url: 'https://example.com/tour' },
  })
  ours('Saturday at 11:00 is free.', { status: 'delivered' })
  ours('Here is the floor plan.', { status: 'unknown', reason: 'the call did not come back' })
  ours('And the brochure.', {
    status: 'failed',
    code: 131026,
    steps: [{ status: 'failed', atMs: nowMs, attempt: 1, reason: 'the number is not on WhatsApp', code: 131026 }],
  })
  const hold = { outcome: 'hold', reason: 'quiet-hours', untilMs: nowMs + 600 * minute } as const
  ours('New homes near you this week.', { status: 'waiting', purpose: 'marketing', decision: hold, steps: [] })
}
