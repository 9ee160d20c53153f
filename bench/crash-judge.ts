import type { PublicMessage } from '#gateway/protocol.ts'

/** What one customer said, as it knows it, and the transcript the server keeps. */
export interface Told {
  readonly name: string
  /** Client ids of acknowledged messages. Those said in one breath differ in their last letter only. */
  readonly accepted: readonly string[]
  readonly messages: readonly PublicMessage[]
}

/**
 * Judges a transcript in which nobody but the assistant answered. Answers every broken promise: acknowledged and lost, there twice, out of
 * number, without an outcome, or with two. What is said in one breath shares an outcome; after a hand-off people answer, and the assistant is silent.
 */
export function judgeTranscript(told: Told): readonly string[] {
  const { name, accepted, messages } = told
  const said = messages.filter(({ author }) => author.kind === 'customer').map(({ clientId }) => clientId ?? '')
  return [
    ...accepted.filter((id) => !said.includes(id)).map((id) => `${id}: acknowledged and lost`),
    ...said.filter((id, index) => said.indexOf(id) !== index).map((id) => `${id}: there twice`),
    ...messages.filter(({ n }, index) => n !== index + 1).map(({ n }) => `${name}: number ${n} is out of place`),
    ...outcomes(told),
  ]
}

function outcomes({ name, messages }: Told): readonly string[] {
  const wrong: string[] = []
  let handedOver = false
  messages.forEach((message, index) => {
    const next = messages[index + 1]
    const { author } = message
    if (author.kind === 'system') {
      if (handedOver) wrong.push(`${name}: handed over twice, at ${message.n}`)
      handedOver = true
    }
    if (author.kind === 'assistant' && handedOver)
      wrong.push(`${name}: the assistant spoke after the hand-off at ${message.n}`)
    if (author.kind === 'assistant' && next?.author.kind === 'assistant')
      wrong.push(`${name}: answered twice at ${next.n}`)
    const unanswered = next === undefined || (next.author.kind === 'customer' && breath(next) !== breath(message))
    if (author.kind === 'customer' && !handedOver && unanswered)
      wrong.push(`${name}: message ${message.n} (${message.clientId ?? ''}) has no outcome`)
  })
  return wrong
}

/** A client id without the letter that tells the parts of one breath apart. */
function breath(message: PublicMessage): string {
  return message.clientId?.slice(0, -1) ?? ''
}
