/** @jsxImportSource preact */
import { render } from 'preact'
import { browserPorts } from './browser-ports.ts'
import { adopt } from './launcher.ts'
import { keepDraft } from './draft.ts'
import type { Panel, PanelHost } from './panel-contract.ts'
import styles from './panel.css?inline'
import { Session } from './session.ts'
import { pickLanguage } from './strings/language.ts'
import { ChatPanel } from './ui/chat-panel.tsx'
import { fitToViewport } from './viewport.ts'

/** Makes the panel inside the loader's shadow root and connects it. It is hidden until `show(true)`. */
export function startPanel(host: PanelHost): Panel {
  const { launcher } = host
  let settings = host.settings
  let open = false
  const session = new Session(settings, browserPorts(settings.server))
  adopt(launcher.shadow, styles)
  const place = document.createElement('div')
  place.className = 'fa-place'
  launcher.surface.append(place)
  const stopFitting = fitToViewport(place)

  const draw = () =>
    render(
      <ChatPanel
        session={session}
        language={pickLanguage(settings.language)}
        open={open}
        close={() => host.close()}
        listingShown={(listingId) => host.emit('listing', { listingId })}
      />,
      place,
    )
  const seen = () => {
    if (open && document.visibilityState === 'visible') session.markRead()
  }
  session.subscribe(() => {
    const { brand } = session.state
    if (brand !== undefined) host.accent(brand.accent)
    seen()
    host.unread(session.unread)
  })
  session.onMessage((message) => host.emit('message', message))
  document.addEventListener('visibilitychange', seen)
  window.addEventListener('pagehide', (event) => {
    if (!event.persisted) stopFitting()
  })
  draw()
  session.start()
  return {
    show(next) {
      open = next
      draw()
      seen()
    },
    configure(next) {
      settings = next
      session.configure(next)
      draw()
    },
    send: (text) => void session.send(text),
    identify: (user) => session.identify(user),
    reset() {
      keepDraft(settings.workspace, '')
      session.reset()
    },
  }
}
