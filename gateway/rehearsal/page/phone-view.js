import { act, post } from './api.js'
import { bubble, homePlace, summaryOf } from './bubble.js'
import { byId, dayTime, el } from './dom.js'
import { hasArrived, messagesOf, store } from './store.js'

const view = {
  person: undefined,
  quoting: undefined,
  byAd: false,
  shown: new Map(),
  seen: new Set(),
  onDone: undefined,
}

/** Whose phone is in view. */
export function personInView() {
  return view.person
}

/** Wires the phone. `onDone` takes the promise of everything that is done, and says what was refused. */
export function startPhone(onDone) {
  view.onDone = onDone
  const field = byId('text')
  byId('composer').addEventListener('submit', (event) => {
    event.preventDefault()
    send(field)
  })
  field.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
    event.preventDefault()
    send(field)
  })
  byId('more').addEventListener('click', (event) => {
    const { action } = event.target.dataset ?? {}
    if (action) sendOther(action)
  })
  byId('more').addEventListener('keydown', (event) => {
    if (event.key === 'Escape') closeMore()
  })
  byId('file').addEventListener('change', sendFile)
  byId('new-person').addEventListener('submit', addPerson)
  byId('reads').addEventListener('change', readAll)
  document.addEventListener('visibilitychange', readAll)
  setInterval(showPresence, 1000)
}

/** Shows everything anew. */
export function showPhone() {
  view.person = store.people.has(view.person) ? view.person : store.people.keys().next().value
  byId('business-name').textContent = store.business.name
  view.seen = new Set(store.messages.keys())
  showPeople()
  showThread()
}

/** One message came or changed. */
export function showMessage(message) {
  if (message.person === view.person) place(message)
  else showPeople()
  showPresence()
  readAll()
}

/** Who there is, and for whom something came unseen. */
export function showPeople() {
  byId('people').replaceChildren(
    ...[...store.people.values()].map((person) => {
      const news = messagesOf(person.id).filter(
        (each) => each.from !== 'customer' && hasArrived(each) && !view.seen.has(each.id),
      ).length
      const chosen = person.id === view.person
      return el(
        'button',
        { type: 'button', class: 'person', 'aria-pressed': String(chosen), onclick: () => choose(person.id) },
        el('strong', {}, person.name),
        el('span', { class: 'small' }, person.phone ? `+${person.phone}` : person.username),
        news > 0 ? el('span', { class: 'news', role: 'img', 'aria-label': `${news} new` }, String(news)) : undefined,
      )
    }),
  )
}

/** Whether the business writes, else whether it may write freely. */
export function showPresence() {
  const line = byId('presence')
  const typing = (store.typing.get(view.person) ?? 0) > Date.now()
  const heard = messagesOf(view.person).findLast(({ from }) => from === 'customer')
  const untilMs = (heard?.atMs ?? 0) + 24 * 60 * 60 * 1000
  const words = typing
    ? 'typing…'
    : untilMs > Date.now()
      ? `window open until ${dayTime(untilMs)}`
      : 'window closed: write first'
  if (line.textContent !== words) line.textContent = words
  line.classList.toggle('typing', typing)
}

function choose(person) {
  view.person = person
  quote(undefined)
  showThread()
  showPeople()
  byId('text').focus()
}

function showThread() {
  const thread = byId('thread')
  view.shown = new Map()
  thread.replaceChildren()
  const messages = messagesOf(view.person)
  if (messages.length === 0) thread.append(el('p', { class: 'empty' }, 'No messages yet. Say hello below.'))
  for (const message of messages) place(message)
  thread.scrollTop = thread.scrollHeight
  showPresence()
  readAll()
}

/** Puts a message where it belongs: instead of its earlier form, else at the end. */
function place(message) {
  if (message.type === 'reaction') return
  view.seen.add(message.id)
  const thread = byId('thread')
  thread.querySelector('.empty')?.remove()
  const atEnd = thread.scrollHeight - thread.scrollTop - thread.clientHeight < 80
  const made = bubble(message, { onQuote: quote, onDone: view.onDone })
  const before = view.shown.get(message.id)
  if (before) replace(before, made)
  else thread.append(made)
  view.shown.set(message.id, made)
  if (atEnd || message.from === 'customer') thread.scrollTop = thread.scrollHeight
}

/** A bubble changes under the person's hands: its list stays open, and the focus where it was. */
function replace(before, made) {
  const places = 'a, button, summary'
  const focused = [...before.querySelectorAll(places)].indexOf(document.activeElement)
  const list = made.querySelector('details')
  if (list) list.open = before.querySelector('details')?.open ?? false
  before.replaceWith(made)
  if (focused >= 0) made.querySelectorAll(places)[focused]?.focus()
}

/** A customer who looks at the phone reads what arrives. */
function readAll() {
  if (!byId('reads').checked || document.hidden || view.person === undefined) return
  const unread = messagesOf(view.person).some((each) => each.from === 'business' && each.status === 'delivered')
  if (unread) void view.onDone(act(view.person, { type: 'read' }))
}

function send(field) {
  const text = field.value.trim()
  if (text === '') return
  const replyTo = view.quoting?.id
  void view.onDone(
    act(view.person, view.byAd ? { type: 'ad', text } : { type: 'say', text, ...(replyTo ? { replyTo } : {}) }),
  )
  field.value = ''
  quote(undefined)
}

function sendOther(action) {
  closeMore()
  const others = {
    place: homePlace,
    contact: { type: 'contact', by: 'choice' },
    unsupported: { type: 'unsupported' },
    stop: { type: 'marketing', value: 'stop' },
    resume: { type: 'marketing', value: 'resume' },
  }
  if (action === 'ad') quote(undefined, 'by-ad')
  else void view.onDone(act(view.person, others[action]))
}

function sendFile() {
  const input = byId('file')
  const [file] = input.files
  if (!file) return
  closeMore()
  const [family] = file.type.split('/')
  const kind = { image: 'image', video: 'video', audio: 'voice' }[family] ?? 'document'
  const form = new FormData()
  form.set('file', file)
  void view.onDone(post(`people/${encodeURIComponent(view.person)}/files?kind=${kind}`, form))
  input.value = ''
}

function closeMore() {
  byId('more').open = false
  byId('text').focus()
}

/** Answers a message, writes as from an advertisement, or neither. */
function quote(message, how) {
  view.quoting = message
  view.byAd = how === 'by-ad'
  const box = byId('quoting')
  box.hidden = !message && !view.byAd
  const words = message ? `Answering: ${summaryOf(message)}` : 'The next message comes from the advertisement.'
  const stop = el(
    'button',
    { type: 'button', 'aria-label': 'Not this', title: 'Not this', onclick: () => quote(undefined) },
    '✕',
  )
  box.replaceChildren(el('span', {}, words), stop)
  if (!box.hidden) byId('text').focus()
}

function addPerson(event) {
  event.preventDefault()
  const form = event.target
  const { name, phone } = Object.fromEntries(new FormData(form))
  const added = post('people', { name, phone }).then((person) => choose(person.id))
  void view.onDone(added)
  form.reset()
  form.parentElement.open = false
}
