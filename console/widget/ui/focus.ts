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
  if (event.shiftKey && (current === first || current === dialog)) {
    event.preventDefault()
    last?.focus()
  } else if (!event.shiftKey && current === last) {
    event.preventDefault()
    first?.focus()
  }
}

/**
 * Catches the focus when the element that has it is taken away (a chip that was chosen, a button that has done its work):
 * the browser would put it on the host page. Somebody who leaves for the page on purpose is let go.
 * Owns: the element focused last. Called by the panel.
 */
export class FocusKeeper {
  #last: Element | undefined

  focused(target: EventTarget | null): void {
    this.#last = target instanceof Element ? target : undefined
  }

  blurred(target: EventTarget | null): void {
    // Some browsers tell a blur while removing: only one that leaves its element in place is the person's.
    queueMicrotask(() => {
      if (target === this.#last && this.#last?.isConnected === true) this.#last = undefined
    })
  }

  /** After a drawing: puts the focus where it can be used when it fell out. */
  drawn(fallback: () => void): void {
    if (this.#last === undefined || this.#last.isConnected) return
    this.#last = undefined
    fallback()
  }
}

/** A finger, not a mouse: focusing a text field would bring up the keyboard over what there is to read. */
export function touches(): boolean {
  return matchMedia('(pointer: coarse)').matches
}
