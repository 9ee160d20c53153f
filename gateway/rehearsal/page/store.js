/** What the page knows, kept by the emulator's stream of changes. Each change carries the whole thing that changed. */
export const store = {
  business: { name: '', phone: '' },
  people: new Map(),
  messages: new Map(),
  webhooks: new Map(),
  calls: new Map(),
  controls: [],
  typing: new Map(),
}

const listKept = 200

/** Takes a change in. A `state` replaces everything: the stream begins with one, also after a break. */
export function apply(change) {
  switch (change.type) {
    case 'state':
      store.business = change.business
      store.people = new Map(change.people.map((each) => [each.id, each]))
      store.messages = new Map(change.messages.map((each) => [each.id, each]))
      store.webhooks = new Map(change.webhooks.slice(-listKept).map((each) => [each.id, each]))
      store.calls = new Map(change.calls.slice(-listKept).map((each) => [each.id, each]))
      store.controls = change.controls
      store.typing = new Map()
      return
    case 'message':
      store.messages.set(change.message.id, change.message)
      return
    case 'person':
      store.people.set(change.person.id, change.person)
      return
    case 'webhook':
      keep(store.webhooks, change.webhook)
      return
    case 'call':
      keep(store.calls, change.call)
      return
    case 'controls':
      store.controls = change.controls
      return
    case 'typing':
      store.typing.set(change.person, change.untilMs)
      return
    default:
  }
}

/** The bubbles of one customer's phone, oldest first. */
export function messagesOf(person) {
  return [...store.messages.values()].filter((each) => each.person === person)
}

/** Something of the business that the customer can see. */
export function hasArrived(message) {
  return message.from === 'paired-phone' || message.status === 'delivered' || message.status === 'read'
}

function keep(list, entry) {
  list.set(entry.id, entry)
  if (list.size > listKept) list.delete(list.keys().next().value)
}
