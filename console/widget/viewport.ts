/**
 * Keeps `--view-height` and `--view-top` on an element equal to what is really visible: on a phone the on-screen keyboard
 * covers the layout viewport without changing it. Returns how to stop.
 */
export function fitToViewport(element: HTMLElement): () => void {
  const view = window.visualViewport
  if (view === null) return () => undefined
  const fit = () => {
    element.style.setProperty('--view-height', `${Math.round(view.height)}px`)
    element.style.setProperty('--view-top', `${Math.round(view.offsetTop)}px`)
  }
  view.addEventListener('resize', fit)
  view.addEventListener('scroll', fit)
  fit()
  return () => {
    view.removeEventListener('resize', fit)
    view.removeEventListener('scroll', fit)
  }
}
