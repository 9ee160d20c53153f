import type { PhoneMessage } from './phone-state.ts'

/** What a tap sends: its type and node, and the message whose button it was. */
export interface Tap {
  readonly message: string
  readonly type: 'interactive' | 'button'
  readonly content: { readonly [node: string]: unknown }
}

/** The tap on the newest message that has such a button or row. Only what can be tapped in a chat: links and calls send nothing. */
export function tapOf(inbox: readonly PhoneMessage[], name: string): Tap | undefined {
  for (const message of inbox.toReversed()) {
    const tap = tapOn(message, name)
    if (tap !== undefined) return { message: message.id, ...tap }
  }
  return undefined
}

function tapOn({ template, content }: PhoneMessage, name: string): Omit<Tap, 'message'> | undefined {
  const quick = template?.buttons.find(
    ({ payload, text }) => payload !== undefined && (payload === name || text === name),
  )
  if (quick !== undefined) return { type: 'button', content: { button: { payload: quick.payload, text: quick.text } } }
  const { action } = nodeOf(content['interactive'])
  const { buttons, sections } = nodeOf(action)
  const button = nodesOf(buttons)
    .map(({ reply }) => nodeOf(reply))
    .find((each) => each['id'] === name || each['title'] === name)
  if (button !== undefined)
    return { type: 'interactive', content: { interactive: { type: 'button_reply', button_reply: button } } }
  const row = nodesOf(sections)
    .flatMap(({ rows }) => nodesOf(rows))
    .find((each) => each['id'] === name || each['title'] === name)
  return row === undefined
    ? undefined
    : { type: 'interactive', content: { interactive: { type: 'list_reply', list_reply: row } } }
}

/** The message was checked when it was sent: what is no object here is not there. */
function nodeOf(value: unknown): { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function nodesOf(value: unknown): readonly { readonly [key: string]: unknown }[] {
  return Array.isArray(value) ? value.map(nodeOf) : []
}
