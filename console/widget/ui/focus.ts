const focusable = 'a[href], button:not([disabled]), textarea, input, [tabindex="0"]'

/** Turns Tab round at the ends of a dialog so that the focus stays inside while it is open. */
export function holdFocus(dialog: HTMLElement, event: KeyboardEvent): void {
  const stops = [...dialog.querySelectorAll<HTMLElement>(focusable)].filter(
    (each) => each.tabIndex >= 0 && each.offsetParent !== null,
  )
  const first = stops[0]
  const last = stops.at(-1)
  const root = dialog.getRootNode()
  const current = root instanceof ShadowRoot ? root.activeElement : document.activeElement
  if (event.shiftKey && current === first) {
    event.preventDefault()
    last?.focus()
  } else if (!event.shiftKey && current === last) {
    event.preventDefault()
    first?.focus()
  }
}
