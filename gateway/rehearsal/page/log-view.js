import { byId, el } from './dom.js'
import { store } from './store.js'

const shown = { webhooks: new Map(), calls: new Map() }

/** Shows both lists anew. */
export function showLogs() {
  shown.webhooks = new Map()
  shown.calls = new Map()
  byId('webhooks').replaceChildren()
  byId('calls').replaceChildren()
  for (const webhook of store.webhooks.values()) showWebhook(webhook)
  for (const call of store.calls.values()) showCall(call)
}

/** A webhook was made, or tried again. */
export function showWebhook(webhook) {
  const { about, atMs, state, tries, answer, again, url, body } = webhook
  const words = {
    waiting: tries === 0 ? 'waits' : `${answer}, tried ${tries}×, tries again`,
    arrived: tries === 1 ? '200' : `200 after ${tries} tries`,
    'given-up': 'given up',
    'nobody-subscribed': 'nobody is subscribed',
  }
  put('webhooks', webhook.id, {
    atMs,
    title: again === 'duplicate' ? `${about} (again)` : about,
    result: words[state],
    good: state === 'arrived',
    detail: { to: url ?? null, body },
  })
}

/** A call came in. */
export function showCall(call) {
  const { method, path, status, code, atMs, request, response } = call
  const result = status === 0 ? 'broken off' : code ? `${status}, code ${code}` : String(status)
  const about = request?.type ?? (request?.status ? 'read receipt' : undefined)
  const title = `${method} ${path.replace(/^\/v[\d.]+\//, '')}${about ? ` · ${about}` : ''}`
  put('calls', call.id, {
    atMs,
    title,
    result,
    good: status >= 200 && status < 300,
    detail: { path, request, response },
  })
}

/** Newest first. An entry that is open stays open; its JSON is written only when it is looked at. */
function put(list, id, { atMs, title, result, good, detail }) {
  const time = new Date(atMs).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit' })
  const summary = el(
    'summary',
    {},
    el('time', {}, time),
    el('span', { class: 'title', title }, title),
    el('span', { class: good ? 'result good' : 'result' }, result),
  )
  const pre = el('pre', { tabIndex: 0, 'aria-label': `JSON of ${title}` })
  const details = el('details', {}, summary, pre)
  details.addEventListener('toggle', () => (pre.textContent = details.open ? JSON.stringify(detail, null, 2) : ''))
  const before = shown[list].get(id)
  if (before?.firstElementChild.open) details.open = true
  const item = el('li', {}, details)
  if (before) before.replaceWith(item)
  else byId(list).prepend(item)
  shown[list].set(id, item)
  trim(list)
}

function trim(list) {
  if (shown[list].size <= 200) return
  const [[id, item]] = shown[list]
  item.remove()
  shown[list].delete(id)
}
