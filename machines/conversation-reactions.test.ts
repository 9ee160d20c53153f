import { describe, expect, it } from 'vitest'
import { conversation } from './conversation.ts'
import { priya, ravi, takeOver } from './testing/conversation-script.ts'
import { after, afterAll, onStage, said, type Stage, type StageEvent } from './testing/harness.ts'
import { reactionMaxAgeMs } from './reaction-contract.ts'

const reach = { account: '106540352242922', phone: '34600111222' }
const introduced: StageEvent = {
  type: 'contact.introduced',
  channel: 'whatsapp',
  reach,
  language: 'es',
  timeZone: 'Europe/Madrid',
}
const hello: StageEvent = {
  type: 'message.received',
  clientId: 'wamid.1',
  text: 'Hola',
  complete: true,
  channel: 'whatsapp',
  sentAtMs: 1_800_000_000_000,
}

/** A customer of WhatsApp wrote, and Priya has taken the conversation. */
function owned(): Stage {
  return afterAll(onStage(conversation.machine, conversation.input('acme/conversation/c1', {})), [
    introduced,
    hello,
    takeOver(priya),
  ])
}

function reacts(emoji: string, more: object = {}): StageEvent {
  return { type: 'member.react', ...priya, n: 1, to: 'wamid.1', emoji, saidAtMs: 1_800_000_000_000, ...more }
}

function sent(reaction: number): StageEvent {
  return { type: 'reaction.sent', reaction }
}

function failed(reaction: number, more: object = {}): StageEvent {
  return { type: 'reaction.failed', reaction, reason: 'the window has closed', ...more }
}

/** What went out, as pairs of the reaction's number and its emoji. */
function wentOut(stage: Stage): readonly unknown[] {
  return stage.asked
    .map(({ input }) => input as { readonly reaction?: number; readonly content?: { readonly emoji?: string } })
    .filter(({ reaction }) => reaction !== undefined)
    .map(({ reaction, content }) => [reaction, content?.emoji])
}

function outcomes(stage: Stage): readonly unknown[] {
  return said(stage, 'reaction-changed').map(({ emoji, status }) => [emoji, status])
}

function refusals(stage: Stage): readonly unknown[] {
  return said(stage, 'command-refused').map(({ code }) => code)
}

describe('a reaction of a member', () => {
  it('[M53] has no number, and leaves owed what is owed', () => {
    const stage = after(owned(), reacts('👍'))
    const { lastN, unanswered } = stage.snapshot.context as { lastN: number; unanswered: readonly unknown[] }
    expect(lastN).toBe(2)
    expect(unanswered).toHaveLength(1)
    expect(said(stage, 'member-reacted')).toMatchObject([{ n: 1, to: 'wamid.1', emoji: '👍', name: 'Priya' }])
    expect(stage.asked.at(-1)?.input).toMatchObject({
      n: 1,
      text: '',
      author: 'member',
      reach,
      content: { kind: 'reaction', to: 'wamid.1', emoji: '👍' },
      reaction: 1,
    })
  })

  it('[M53] is refused to whoever may not write, and in a closed conversation', () => {
    const stage = after(owned(), reacts('👍', ravi))
    expect(said(stage, 'command-refused')).toMatchObject([{ code: 'not-owner', owner: { name: 'Priya' } }])
    const closed = after(owned(), { type: 'member.close', ...priya, reason: 'done' })
    expect(refusals(after(closed, reacts('👍')))).toEqual(['closed'])
    expect(wentOut(stage)).toEqual([])
  })

  it('[M53] is refused where the channel has none, and to a message older than WhatsApp takes', () => {
    const widget = afterAll(onStage(conversation.machine, conversation.input('acme/conversation/c1', {})), [
      { ...hello, channel: 'web' },
      takeOver(priya),
      reacts('👍'),
    ])
    expect(refusals(widget)).toEqual(['no-reactions'])
    const stage = owned()
    const saidAtMs = stage.atMs - reactionMaxAgeMs
    expect(refusals(after(stage, reacts('👍', { saidAtMs: saidAtMs - 1 })))).toEqual(['message-too-old'])
    expect(refusals(after(stage, reacts('👍', { saidAtMs })))).toEqual([])
  })

  it('[M53] the same again is no other one, and is once more after it failed', () => {
    const given = afterAll(owned(), [reacts('👍'), reacts('👍'), sent(1), reacts('👍')])
    expect(wentOut(given)).toEqual([[1, '👍']])
    expect(outcomes(given)).toEqual([['👍', 'sent']])
    expect(wentOut(afterAll(owned(), [reacts(''), reacts('👍'), failed(1), reacts('👍')]))).toEqual([
      [1, '👍'],
      [2, '👍'],
    ])
  })

  it('[M53] of several the last is what the customer sees, and goes out when the one before has come to its end', () => {
    const hasty = afterAll(owned(), [reacts('👍'), reacts('❤️'), reacts('')])
    expect(wentOut(hasty)).toEqual([[1, '👍']])
    const next = after(hasty, sent(1))
    expect(wentOut(next)).toEqual([
      [1, '👍'],
      [2, ''],
    ])
    expect(outcomes(after(next, sent(2)))).toEqual([['', 'sent']])
    // Put right before it had gone out: the customer sees it already.
    expect(wentOut(afterAll(owned(), [reacts('👍'), reacts('❤️'), reacts('👍'), sent(1)]))).toEqual([[1, '👍']])
  })

  it('[M53] a failure is told with its reason, and leaves what was there', () => {
    const stage = afterAll(owned(), [reacts('👍'), sent(1), reacts('❤️'), failed(2)])
    expect(said(stage, 'reaction-changed').at(-1)).toMatchObject({
      emoji: '❤️',
      status: 'failed',
      reason: 'the window has closed',
    })
    // Going back to what is there needs no call.
    const back = after(stage, reacts('👍'))
    expect(wentOut(back)).toHaveLength(2)
    expect(outcomes(back).at(-1)).toEqual(['👍', 'sent'])
  })

  it('[M53] nobody knows: it is told as failed, settled by what comes late, and the next wish goes out whatever it is', () => {
    const doubted = afterAll(owned(), [reacts('👍'), failed(1, { doubted: true })])
    expect(outcomes(after(doubted, sent(1)))).toEqual([
      ['👍', 'failed'],
      ['👍', 'sent'],
    ])
    expect(wentOut(after(doubted, reacts('')))).toEqual([
      [1, '👍'],
      [2, ''],
    ])
    // The old one is told late: it says nothing of the new one.
    expect(outcomes(afterAll(doubted, [reacts('❤️'), failed(1)]))).toEqual([['👍', 'failed']])
  })

  it('[M53] remembers a handful of them, and reads what came first as no reaction', () => {
    let stage = owned()
    for (let n = 1; n <= 20; n++) stage = after(stage, reacts('👍', { to: `wamid.${n}`, n }))
    const { reactions } = stage.snapshot.context as { reactions: readonly { to: string }[] }
    expect(reactions).toHaveLength(8)
    expect(outcomes(after(stage, sent(1)))).toEqual([])
    expect(outcomes(after(stage, sent(20)))).toEqual([['👍', 'sent']])
  })
})
