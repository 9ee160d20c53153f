import { act, post } from './api.js'
import { byId, clockTime, el } from './dom.js'
import { personInView } from './phone-view.js'
import { store } from './store.js'

/** Wires the controls, the advertisement's form and what is written to the Page. `onDone` as for the phone; `say` tells the person something. */
export function startPanel(onDone, say) {
  byId('control-list').addEventListener('click', (event) => {
    const button = event.target.closest('button')
    if (!button) return
    const pressed = button.getAttribute('aria-checked') !== 'true'
    void onDone(post(`controls/${button.dataset.control}`, { pressed }))
  })
  byId('paired').addEventListener('submit', (event) => {
    event.preventDefault()
    const field = byId('paired-text')
    void onDone(act(personInView(), { type: 'paired', text: field.value }))
    field.value = ''
  })
  byId('lead').addEventListener('submit', (event) => {
    event.preventDefault()
    const form = event.target
    const { optIn, ...fields } = Object.fromEntries(new FormData(form))
    const sent = post('leads', { ...fields, optIn: optIn === 'on' }).then((lead) => {
      form.reset()
      return say(`Lead ${lead.id} was sent.`)
    })
    void onDone(sent)
  })
  byId('writing').addEventListener('submit', (event) => {
    event.preventDefault()
    const form = event.target
    const writing = Object.fromEntries(new FormData(form))
    const sent = post('writings', writing).then(() => {
      form.elements.text.value = ''
      return say(writing.what === 'comment' ? 'The comment was sent.' : 'The message was sent.')
    })
    void onDone(sent)
  })
}

/** The controls as they are; the buttons stay, so that the focus does. */
export function showControls() {
  const list = byId('control-list')
  if (list.children.length === 0) list.append(...store.controls.map(controlItem))
  for (const { name, pressed, untilMs } of store.controls) {
    const button = list.querySelector(`[data-control="${String(name)}"]`)
    button.setAttribute('aria-checked', String(pressed))
    button.querySelector('.state').textContent = pressed ? (untilMs ? `on until ${clockTime(untilMs)}` : 'on') : 'off'
  }
}

function controlItem({ name, label, line }) {
  return el(
    'li',
    {},
    el(
      'button',
      {
        type: 'button',
        role: 'switch',
        class: 'control',
        'aria-checked': 'false',
        'aria-label': label,
        'aria-describedby': `line-${name}`,
        'data-control': name,
      },
      el('span', { class: 'knob', 'aria-hidden': 'true' }),
      el('span', { class: 'label' }, label),
      el('span', { class: 'state', 'aria-hidden': 'true' }, 'off'),
    ),
    el('p', { class: 'line', id: `line-${name}` }, line),
  )
}
