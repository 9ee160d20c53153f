/// <reference types="vite/client" />
import styles from './launcher.css?inline'
import { accentColours } from './colour.ts'
import { type ColorScheme, defaultAccent } from './settings.ts'

/** The button on the host page and the shadow root everything lives in. */
export interface Launcher {
  /** `.fa`: the element the panel is put into; carries `data-scheme`, `data-open`, direction and accent. */
  readonly surface: HTMLElement
  readonly shadow: ShadowRoot
  readonly button: HTMLButtonElement
  readonly scheme: 'light' | 'dark'
  show(state: LauncherState): void
  colours(accent: string, scheme: ColorScheme): void
}

export interface LauncherState {
  readonly open: boolean
  readonly busy: boolean
  readonly unread: number
  readonly label: string
  readonly trouble?: string
}

/** On the launcher: an open speech bubble with two lines, and a chevron while the panel is open. */
const bubble =
  'M4.5 4h15A2.5 2.5 0 0 1 22 6.5v8a2.5 2.5 0 0 1-2.5 2.5H12l-4.6 3.6a.75.75 0 0 1-1.2-.6V17H4.5A2.5 2.5 0 0 1 2 14.5v-8A2.5 2.5 0 0 1 4.5 4Z'
const lines = 'M7 9h10M7 12.5h6'
const chevron = 'm6 9.5 6 6 6-6'

/** Puts the launcher on the page, outside `body` so that frameworks which replace the body keep it. */
export function createLauncher(direction: 'ltr' | 'rtl'): Launcher {
  const host = document.createElement('fineacers-widget')
  // Inline `!important` is the only thing a host page's `* { … !important }` can't override.
  for (const [name, value] of [
    ['all', 'initial'],
    ['display', 'block'],
    ['position', 'static'],
  ] as const) {
    host.style.setProperty(name, value, 'important')
  }
  const shadow = host.attachShadow({ mode: 'open' })
  adopt(shadow, styles)
  const surface = make('div', 'fa')
  surface.dir = direction
  const region = make('div', 'fa-region')
  region.setAttribute('role', 'region')
  const button = make('button', 'fa-launcher')
  button.type = 'button'
  button.setAttribute('aria-haspopup', 'dialog')
  const icon = drawIcon()
  const badge = make('span', 'fa-badge')
  badge.setAttribute('aria-hidden', 'true')
  const trouble = make('div', 'fa-trouble')
  trouble.setAttribute('role', 'alert')
  button.append(icon.svg, badge)
  region.append(trouble, button)
  surface.append(region)
  shadow.append(surface)
  keepKeysIn(shadow)
  document.documentElement.append(host)

  let scheme: 'light' | 'dark' = 'light'
  return {
    surface,
    shadow,
    button,
    get scheme() {
      return scheme
    },
    show(state) {
      surface.toggleAttribute('data-open', state.open)
      button.setAttribute('aria-expanded', String(state.open))
      button.setAttribute('aria-busy', String(state.busy))
      button.setAttribute('aria-label', state.label)
      region.setAttribute('aria-label', state.label)
      icon.set(state.open)
      badge.hidden = state.unread === 0 || state.open
      badge.textContent = state.unread > 99 ? '99+' : String(state.unread)
      trouble.hidden = state.trouble === undefined
      trouble.textContent = state.trouble ?? ''
    },
    colours(accent, asked) {
      scheme = asked === 'auto' ? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light') : asked
      const { fill, onFill, text } = accentColours(accent, scheme, defaultAccent)
      surface.dataset['scheme'] = scheme
      surface.style.setProperty('--accent', fill)
      surface.style.setProperty('--on-accent', onFill)
      surface.style.setProperty('--accent-text', text)
    },
  }
}

/** Adds a constructed style sheet: a strict `style-src` of the host page allows it, where a style element would be refused. */
export function adopt(shadow: ShadowRoot, css: string): void {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(css)
  shadow.adoptedStyleSheets = [...shadow.adoptedStyleSheets, sheet]
}

/** Single-key shortcuts of the host page must not fire while somebody writes here. */
function keepKeysIn(shadow: ShadowRoot): void {
  for (const type of ['keydown', 'keyup', 'keypress']) shadow.addEventListener(type, (event) => event.stopPropagation())
}

function drawIcon(): { readonly svg: SVGElement; set(open: boolean): void } {
  const svg = vector('svg', { viewBox: '0 0 24 24', fill: 'none', 'aria-hidden': 'true' })
  return {
    svg,
    set(open) {
      const stroke = {
        stroke: 'currentColor',
        'stroke-width': '1.8',
        'stroke-linecap': 'round',
        'stroke-linejoin': 'round',
      }
      svg.replaceChildren(
        ...(open
          ? [vector('path', { d: chevron, ...stroke })]
          : [vector('path', { d: bubble, ...stroke }), vector('path', { d: lines, ...stroke })]),
      )
    },
  }
}

function vector(name: string, attributes: { readonly [name: string]: string }): SVGElement {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
  return element
}

function make<K extends keyof HTMLElementTagNameMap>(name: K, className: string): HTMLElementTagNameMap[K] {
  const element = document.createElement(name)
  element.className = className
  return element
}
