// The demo page's own script, and at the same time an example of the widget's SDK.
// FineAcers may be called before the loader has come: the calls wait in its queue.
window.FineAcers =
  window.FineAcers ||
  function () {
    ;(window.FineAcers.q = window.FineAcers.q || []).push(arguments)
  }

const schemeKey = 'acre-oak:scheme'

function systemScheme() {
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
}

function storedScheme() {
  try {
    return localStorage.getItem(schemeKey)
  } catch {
    return null
  }
}

function show(scheme) {
  document.documentElement.dataset.scheme = scheme
  window.FineAcers('setColorScheme', scheme)
  const button = document.getElementById('scheme')
  if (button) button.setAttribute('aria-pressed', String(scheme === 'dark'))
}

// Before the first paint, so that a dark page does not flash.
show(storedScheme() || systemScheme())

document.addEventListener('DOMContentLoaded', () => {
  show(document.documentElement.dataset.scheme)
  document.getElementById('scheme').addEventListener('click', () => {
    const next = document.documentElement.dataset.scheme === 'dark' ? 'light' : 'dark'
    try {
      localStorage.setItem(schemeKey, next)
    } catch {
      // A browser that keeps nothing still shows what was chosen.
    }
    show(next)
  })
  for (const button of document.querySelectorAll('[data-ask]')) {
    button.addEventListener('click', () => window.FineAcers('sendMessage', button.dataset.ask))
  }
  document.getElementById('asker').addEventListener('submit', (event) => {
    event.preventDefault()
    const field = document.getElementById('wish')
    const wish = field.value.trim()
    if (wish === '') window.FineAcers('open')
    else window.FineAcers('sendMessage', wish)
    field.value = ''
  })
})
