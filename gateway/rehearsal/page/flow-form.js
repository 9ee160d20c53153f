import { act } from './api.js'
import { el } from './dom.js'

/** What stands on every form: the emulator does not know the business's own. */
const fields = [
  { name: 'full_name', label: 'Your name', type: 'text' },
  { name: 'when', label: 'When does it suit you?', type: 'text' },
]

/** A form of the chat (a Flow): opens under its button, and answers with what was typed and the business's token. */
export function flowForm({ flow_cta: label, flow_id: id, flow_token: token }, { person, message, onDone }) {
  const form = el(
    'form',
    { class: 'flow', 'aria-label': label },
    ...fields.map(({ name, label: words, type }) =>
      el('label', {}, el('span', { class: 'small' }, words), el('input', { name, type, required: true })),
    ),
    el('p', { class: 'small' }, `Form ${id}`),
    el('button', { type: 'submit' }, 'Send the answers'),
  )
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const answers = { ...Object.fromEntries(new FormData(form)), flow_token: token }
    void onDone(act(person, { type: 'form', answers, replyTo: message }))
    form.parentElement.open = false
  })
  return el('details', { class: 'list' }, el('summary', {}, label), form)
}

/** A filled form as the customer sees it. */
export function answersOf({ response_json: json }) {
  const answers = Object.entries(JSON.parse(json)).filter(([name]) => name !== 'flow_token')
  const lines = answers.map(([name, answer]) => el('span', {}, `${name}: ${answer}`))
  return el('div', { class: 'card' }, el('strong', {}, 'Form sent'), ...lines)
}
