import { byId } from './dom.js'
import { showCall, showLogs, showWebhook } from './log-view.js'
import { showControls, startPanel } from './panel-view.js'
import { showMessage, showPeople, showPhone, showPresence, startPhone } from './phone-view.js'
import { apply } from './store.js'

startPhone(done)
startPanel(done, say)
follow()

/** Hears what changes; the browser connects again by itself, and the first thing told is everything. */
function follow() {
  const stream = new EventSource('/rehearsal/api/events')
  const connection = byId('connection')
  stream.addEventListener('open', () => {
    connection.textContent = 'Connected'
    connection.classList.remove('lost')
  })
  stream.addEventListener('error', () => {
    connection.textContent = 'Not connected: the rehearsal has ended, or starts anew'
    connection.classList.add('lost')
  })
  stream.addEventListener('message', ({ data }) => {
    const change = JSON.parse(data)
    apply(change)
    show(change)
  })
}

function show(change) {
  switch (change.type) {
    case 'state':
      showPhone()
      showControls()
      showLogs()
      return
    case 'message':
      showMessage(change.message)
      return
    case 'person':
      showPeople()
      return
    case 'webhook':
      showWebhook(change.webhook)
      return
    case 'call':
      showCall(change.call)
      return
    case 'controls':
      showControls()
      return
    case 'typing':
      showPresence()
      return
    default:
  }
}

/** Waits for what was done, and says why when it was refused. */
async function done(work) {
  try {
    await work
  } catch (error) {
    say(error.message)
  }
}

let hiding

function say(words) {
  const notice = byId('notice')
  notice.textContent = words
  notice.hidden = false
  clearTimeout(hiding)
  hiding = setTimeout(() => (notice.hidden = true), 6000)
}
