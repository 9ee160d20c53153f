import { describe, expect, it } from 'vitest'
import { dispatch } from './dispatch.ts'
import { dispatchId } from './dispatch-id.ts'
import { dispatchAsked, told } from './testing/event-script.ts'
import {
  after,
  afterAll,
  completed,
  onStage,
  running,
  said,
  waited,
  type Stage,
  type StageEvent,
} from './testing/harness.ts'

const asked: StageEvent = {
  ...dispatchAsked,
  sender: 'member',
  content: { kind: 'reaction', to: 'wamid.1', emoji: '👍' },
  reaction: 3,
}
const open: StageEvent = { type: 'account.decided', decision: { outcome: 'send', counted: false } }
const letThrough: StageEvent = { type: 'outreach.decided', outcome: 'send', reason: 'service-reply' }
const refused: StageEvent = { type: 'outreach.decided', outcome: 'refuse', reason: 'window-closed' }

function begun(): Stage {
  return afterAll(onStage(dispatch.machine, dispatch.input('acme/dispatch/1:r3', {})), [asked, open])
}

function cameBack(output: object): Stage {
  const stage = after(begun(), letThrough)
  return completed(stage, running(stage, 'transmit'), output)
}

function toldConversation(stage: Stage): readonly StageEvent[] {
  return stage.sends.filter(({ to }) => to === dispatchAsked.conversation).map(({ event }) => event)
}

const accepted = { outcome: 'accepted', providerId: 'wamid.OUT' }

describe('the dispatch of a reaction', () => {
  it('[M54] has a name of its own beside that of the message', () => {
    expect(dispatchId('1', 3)).toBe('1:3')
    expect(dispatchId('1', 3, 3)).toBe('1:r3')
  })

  it('[M54] tells of a reaction, and raises no receipt of a message', () => {
    const stage = afterAll(cameBack(accepted), [told('sent'), told('delivered'), told('read')])
    expect(toldConversation(stage)).toEqual([{ type: 'reaction.sent', reaction: 3 }])
    expect(said(stage, 'dispatch-asked')).toMatchObject([{ reaction: 3, preview: '👍' }])
    expect(said(stage, 'dispatch-changed').at(-1)).toMatchObject({ status: 'read' })
  })

  it('[M54] goes through the gate like a message, and tells why it was refused', () => {
    expect(toldConversation(after(begun(), refused))).toMatchObject([
      { type: 'reaction.failed', reaction: 3, reason: expect.stringContaining('24 hours') },
    ])
  })

  it('[M54] a doubt is told at once, for a reaction can be given again, and settled by a status', () => {
    const stage = cameBack({ outcome: 'ambiguous', reason: 'no answer' })
    expect(toldConversation(stage)).toEqual([
      { type: 'reaction.failed', reaction: 3, reason: 'no answer', doubted: true },
    ])
    expect(toldConversation(after(stage, told('delivered'))).at(-1)).toEqual({ type: 'reaction.sent', reaction: 3 })
    expect(toldConversation(waited(stage, 24 * 3_600_000)).at(-1)).toMatchObject({ type: 'reaction.failed' })
  })

  it('[M54] one that failed after it was taken in is told as failed', () => {
    const stage = after(
      cameBack(accepted),
      told('failed', { error: { code: 131047, action: 'offer-template', reason: 'closed' } }),
    )
    expect(toldConversation(stage).at(-1)).toEqual({ type: 'reaction.failed', reaction: 3, reason: 'closed' })
  })
})
