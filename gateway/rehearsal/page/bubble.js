import { act } from './api.js'
import { clockTime, el } from './dom.js'
import { answersOf, flowForm } from './flow-form.js'
import { hasArrived, store } from './store.js'
import { marked } from './words.js'

/** A message as the phone shows it. `onQuote` is called when the customer wants to answer it. */
export function bubble(message, { onQuote, onDone }) {
  const own = message.from === 'customer'
  const body = message.revoked ? el('p', { class: 'gone' }, 'This message was deleted.') : contentOf(message, onDone)
  const classes = ['bubble', own ? 'own' : 'theirs', own || hasArrived(message) ? '' : 'ghost', message.type]
  return el(
    'article',
    { class: classes.join(' '), 'aria-label': `${nameOf(message)}, ${clockTime(message.atMs)}` },
    message.from === 'paired-phone' ? el('p', { class: 'tag' }, 'from the business’s own phone') : undefined,
    quoteOf(message),
    body,
    footOf(message, own),
    reactionsOf(message),
    message.revoked ? undefined : toolsOf(message, { own, onQuote, onDone }),
  )
}

function nameOf({ from, person }) {
  return from === 'customer' ? (store.people.get(person)?.name ?? 'Customer') : store.business.name
}

/** What stands in a bubble, by the message's type. A type the phone has no form for is shown as Meta's JSON. */
function contentOf(message, onDone) {
  const { type, content, template, person } = message
  const node = content[type] ?? {}
  if (template) return templateContent(template, { person, message: message.id, onDone })
  if (type === 'text') {
    return parts(content.referral ? adCard(content.referral) : undefined, text(node.body))
  }
  if (type === 'interactive') return interactiveContent(node, { person, message: message.id, onDone })
  if (type === 'button') return text(node.text)
  if (type === 'location') return placeCard(node)
  if (['image', 'video', 'audio', 'document', 'sticker'].includes(type)) return mediaContent(type, node)
  if (type === 'contacts') return parts(...content.contacts.map(contactCard))
  if (type === 'unsupported') return el('p', { class: 'gone' }, 'A poll (the API does not know it)')
  return el('pre', { class: 'raw' }, JSON.stringify(node, null, 1))
}

function text(words) {
  return el('p', { class: 'text', dir: 'auto' }, ...marked(words ?? ''))
}

function parts(...children) {
  const box = document.createDocumentFragment()
  box.append(...children.filter((child) => child !== undefined))
  return box
}

function adCard({ headline, body, source_url: url }) {
  const link = el('a', { href: url, target: '_blank', rel: 'noreferrer' }, 'from an advertisement')
  return el('div', { class: 'card' }, el('strong', {}, headline ?? ''), el('span', {}, body ?? ''), link)
}

function placeCard({ latitude, longitude, name, address }) {
  return el(
    'div',
    { class: 'place' },
    el('div', { class: 'map', role: 'img', 'aria-label': `Map at ${latitude}, ${longitude}` }),
    el('strong', {}, name ?? 'Location'),
    el('span', { class: 'small' }, address ?? `${latitude}, ${longitude}`),
  )
}

function contactCard({ name, phones = [] }) {
  const numbers = phones.map(({ phone }) => phone).join(', ')
  return el('div', { class: 'card' }, el('strong', {}, name.formatted_name), el('span', {}, numbers))
}

function mediaContent(type, { id, link, caption, filename, mime_type: mimeType }) {
  const src = id === undefined ? link : `/rehearsal/api/media/${id}`
  const shown = {
    image: () => picture(src, caption),
    sticker: () => picture(src, 'Sticker'),
    video: () => el('video', { src, controls: true, preload: 'metadata' }),
    audio: () => el('audio', { src, controls: true, preload: 'metadata' }),
    document: () =>
      el(
        'a',
        { class: 'document', href: src, target: '_blank', rel: 'noreferrer' },
        filename ?? mimeType ?? 'Document',
      ),
  }[type]()
  return parts(shown, caption ? text(caption) : undefined)
}

/** A picture that can't be had (a link to nowhere, an id that is gone) says so. */
function picture(src, words) {
  const image = el('img', { src, alt: words ?? 'Picture', loading: 'lazy' })
  image.addEventListener('error', () => image.replaceWith(el('p', { class: 'missing' }, `Picture: ${words ?? src}`)))
  return image
}

function headerOf(header) {
  if (!header) return undefined
  if (header.kind === 'text' || header.type === 'text') return el('strong', { class: 'head', dir: 'auto' }, header.text)
  const kind = header.kind ?? header.type
  const { link, mediaId, id = mediaId } = header[kind] ?? header
  return mediaContent(kind, { id, link })
}

function templateContent({ header, body, footer, buttons }, how) {
  const shown = buttons.map(({ text: label, payload, url }) =>
    payload === undefined ? linkButton(label, url) : tapButton({ label, id: payload }, how),
  )
  return parts(headerOf(header), text(body), footer ? el('p', { class: 'small' }, footer) : undefined, choices(shown))
}

function interactiveContent({ type, header, body, footer, action, ...reply }, how) {
  const answer = reply.button_reply ?? reply.list_reply
  if (answer)
    return parts(text(answer.title), answer.description ? el('p', { class: 'small' }, answer.description) : undefined)
  if (reply.nfm_reply) return answersOf(reply.nfm_reply)
  const foot = footer ? el('p', { class: 'small' }, footer.text) : undefined
  return parts(headerOf(header), text(body?.text), foot, actionOf(type, action, how))
}

function actionOf(type, action, how) {
  const { person, message, onDone } = how
  if (type === 'button')
    return choices(action.buttons.map(({ reply }) => tapButton({ label: reply.title, id: reply.id }, how)))
  if (type === 'cta_url') return choices([linkButton(action.parameters.display_text, action.parameters.url)])
  if (type === 'location_request_message') {
    return choices([doButton('Send location', () => onDone(act(person, { ...homePlace, replyTo: message })))])
  }
  if (type === 'contact_request') {
    return choices([
      doButton('Share my number', () => onDone(act(person, { type: 'contact', by: 'request', replyTo: message }))),
    ])
  }
  if (type === 'flow') return flowForm(action.parameters, how)
  return listChoices(action, how)
}

/** Where a customer says they are. */
export const homePlace = { type: 'place', latitude: 37.4422, longitude: -122.1617, name: 'Riverside Park' }

function listChoices({ button, sections }, how) {
  const lists = sections.map(({ title, rows }) =>
    el(
      'div',
      { class: 'rows', role: 'group', 'aria-label': title ?? button },
      title ? el('p', { class: 'small' }, title) : undefined,
      ...rows.map((row) => tapButton({ label: row.title, id: row.id, description: row.description }, how)),
    ),
  )
  return el('details', { class: 'list' }, el('summary', {}, `☰ ${button}`), ...lists)
}

function choices(buttons) {
  return buttons.length === 0 ? undefined : el('div', { class: 'choices' }, ...buttons)
}

function tapButton({ label, id, description }, { person, message, onDone }) {
  const tap = () => onDone(act(person, { type: 'tap', button: id, message }))
  return doButton(label, tap, description)
}

function doButton(label, onclick, description) {
  const more = description ? el('span', { class: 'small' }, description) : undefined
  return el('button', { type: 'button', class: 'tap', onclick }, el('span', {}, label), more)
}

function linkButton(label, url) {
  return el('a', { class: 'tap', href: url ?? '#', target: '_blank', rel: 'noreferrer' }, `${label} ↗`)
}

function quoteOf({ replyTo }) {
  const quoted = store.messages.get(replyTo)
  return quoted ? el('p', { class: 'quote' }, summaryOf(quoted)) : undefined
}

/** A message in a line. */
export function summaryOf({ content, template, type }) {
  const words =
    template?.body ?? content.text?.body ?? content.interactive?.body?.text ?? content[type]?.caption ?? type
  return words.length > 90 ? `${words.slice(0, 90)}…` : words
}

const words = {
  held: 'held by Meta',
  accepted: 'on its way',
  sent: 'on its way',
  delivered: 'delivered',
  read: 'read',
}

function footOf(message, own) {
  const { status, error, atMs } = message
  const time = el('time', { dateTime: new Date(atMs).toISOString() }, clockTime(atMs))
  if (own) {
    const read = status === 'read'
    const ticks = ticksOf(read ? 'read by the business' : 'sent', read)
    return el('p', { class: 'foot' }, time, ticks)
  }
  if (error)
    return el(
      'p',
      { class: 'foot' },
      el('span', { class: 'fault' }, `did not arrive: ${error.title} (${error.code})`),
      time,
    )
  if (message.from === 'paired-phone') return el('p', { class: 'foot' }, time)
  return el('p', { class: 'foot' }, el('span', {}, words[status]), time)
}

function ticksOf(label, read) {
  const box = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  const attributes = { viewBox: '0 0 19 12', class: read ? 'ticks read' : 'ticks', role: 'img', 'aria-label': label }
  for (const [name, value] of Object.entries(attributes)) box.setAttribute(name, value)
  const line = document.createElementNS('http://www.w3.org/2000/svg', 'path')
  const drawn = {
    d: 'M1 6.5 4.5 10 12 1.5M8 9.2l.9.8L17.5 1.5',
    fill: 'none',
    stroke: 'currentColor',
    'stroke-width': '1.6',
  }
  for (const [name, value] of Object.entries(drawn)) line.setAttribute(name, value)
  box.append(line)
  return box
}

function reactionsOf({ reactions }) {
  const given = [reactions.customer, reactions.business].filter(Boolean)
  return given.length === 0 ? undefined : el('p', { class: 'reactions', 'aria-label': 'Reactions' }, given.join(' '))
}

function toolsOf(message, { own, onQuote, onDone }) {
  const { person, id, reactions } = message
  const react = () => onDone(act(person, { type: 'react', to: id, emoji: reactions.customer ? '' : '👍' }))
  if (own)
    return el(
      'div',
      { class: 'tools' },
      tool('✕', 'Delete for everyone', () => onDone(act(person, { type: 'revoke', id }))),
    )
  if (!hasArrived(message)) return undefined
  const label = reactions.customer ? 'Take the reaction back' : 'React with a thumb up'
  return el(
    'div',
    { class: 'tools' },
    tool('↩', 'Answer this message', () => onQuote(message)),
    tool('👍', label, react),
  )
}

function tool(sign, label, onclick) {
  return el('button', { type: 'button', 'aria-label': label, title: label, onclick }, sign)
}
