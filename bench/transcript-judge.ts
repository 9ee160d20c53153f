import type { Notice, PublicMessage } from '#gateway/protocol.ts'

/** What one customer said, as it knows it, and the transcript the server keeps. */
export interface Told {
  readonly name: string
  /** Client ids of acknowledged messages, members' too. Those said in one breath differ in their last letter only. */
  readonly accepted: readonly string[]
  readonly messages: readonly PublicMessage[]
}

/** Who answers after some messages, and what the customer is still owed. */
export interface Standing {
  /** `people`: a member, or the queue of those who wait for one. */
  readonly answers: 'assistant' | 'people'
  readonly owed: readonly Owed[]
}

/** A customer's message without an outcome yet. */
export interface Owed {
  readonly n: number
  readonly clientId: string
  /** Whoever said it waits for its outcome: it is with the assistant alone. What people have is handed over already. */
  readonly waits: boolean
}

/**
 * Judges a transcript. Answers every broken promise: acknowledged and lost, there twice, out of number, without an outcome, or with two; the
 * assistant speaking while people answer. What is said in one breath shares an outcome. The customer says nothing new before it has one.
 */
export function judgeTranscript({ name, accepted, messages }: Told): readonly string[] {
  const said = messages.flatMap(({ clientId }) => clientId ?? [])
  return [
    ...accepted.filter((id) => !said.includes(id)).map((id) => `${id}: acknowledged and lost`),
    ...said.filter((id, index) => said.indexOf(id) !== index).map((id) => `${id}: there twice`),
    ...messages.filter(({ n }, index) => n !== index + 1).map(({ n }) => `${name}: number ${n} is out of place`),
    ...outcomes(messages).map((wrong) => `${name}: ${wrong}`),
  ]
}

/** Where a conversation stands after these messages, from its first on. */
export function standingAfter(messages: readonly PublicMessage[]): Standing {
  return messages.reduce<Walk>((walk, message) => stepOf(walk, message).after, begun)
}

function outcomes(messages: readonly PublicMessage[]): readonly string[] {
  const wrong: string[] = []
  let walk = begun
  for (const message of messages) {
    const step = stepOf(walk, message)
    wrong.push(...step.wrong)
    walk = step.after
  }
  return walk.answers === 'people' ? wrong : [...wrong, ...walk.owed.map(withoutOutcome)]
}

interface Walk extends Standing {
  readonly last: PublicMessage['author']['kind']
  /** A hand-off right after the assistant's message may have been its last word: what that answers may be answered once more. */
  readonly mayRepeat: boolean
  readonly queued: boolean
}

interface Step {
  readonly after: Walk
  readonly wrong: readonly string[]
}

const begun: Walk = { answers: 'assistant', owed: [], last: 'system', mayRepeat: false, queued: false }

function stepOf(before: Walk, message: PublicMessage): Step {
  const { after, wrong } = byAuthor(before, message)
  return { after: { ...after, last: message.author.kind }, wrong }
}

function byAuthor(before: Walk, message: PublicMessage): Step {
  const { author, n } = message
  switch (author.kind) {
    case 'customer':
      return said(before, message)
    case 'assistant':
      return answered(before, n)
    case 'member': {
      const wrong = before.answers === 'people' ? [] : [`a member spoke at ${n} and had not taken over`]
      return { after: { ...before, owed: [], mayRepeat: false }, wrong }
    }
    case 'system':
      return noticed(before, author.notice, n)
  }
}

function said(before: Walk, { n, clientId = '' }: PublicMessage): Step {
  const overdue = before.owed.filter((owed) => owed.waits && breathOf(owed.clientId) !== breathOf(clientId))
  // Each is told of once.
  const owed = before.owed.map((each) => (overdue.includes(each) ? { ...each, waits: false } : each))
  const waits = before.answers === 'assistant'
  return { after: { ...before, owed: [...owed, { n, clientId, waits }] }, wrong: overdue.map(withoutOutcome) }
}

function answered(before: Walk, n: number): Step {
  const after = { ...before, owed: [], mayRepeat: false }
  if (before.answers === 'people') return { after, wrong: [`the assistant spoke after the hand-off at ${n}`] }
  return { after, wrong: before.owed.length > 0 || before.mayRepeat ? [] : [`answered twice at ${n}`] }
}

function noticed(before: Walk, notice: Notice, n: number): Step {
  const left = before.owed.map((owed) => ({ ...owed, waits: false }))
  switch (notice) {
    case 'handed-off': {
      const mayRepeat = before.mayRepeat || before.last === 'assistant'
      const wrong = before.queued ? [`handed over twice, at ${n}`] : []
      return { after: { ...before, answers: 'people', owed: left, mayRepeat, queued: true }, wrong }
    }
    case 'taken-over':
      return { after: { ...before, answers: 'people', owed: left, queued: false }, wrong: [] }
    case 'handed-back':
      // What no member has answered, the assistant does.
      return { after: { ...before, answers: 'assistant', queued: false }, wrong: [] }
    case 'closed':
    case 'reopened':
      return { after: begun, wrong: [] }
    case 'opted-out':
      return { after: { ...before, owed: [] }, wrong: [] }
    case 'opted-in':
      return { after: before, wrong: [] }
  }
}

function withoutOutcome({ n, clientId }: Owed): string {
  return `message ${n} (${clientId}) has no outcome`
}

/** A client id without the letter that tells the parts of one breath apart. */
function breathOf(clientId: string): string {
  return clientId.slice(0, -1)
}
