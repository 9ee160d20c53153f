import { createContext, useContext, useEffect, useRef, useState, type ReactNode } from 'react'
import { globalBindings, inboxBindings, noKeys, pressKey } from '../keymap.ts'

type Actions = Readonly<Record<string, () => void>>
type Registry = Set<{ readonly current: Actions }>

const KeysContext = createContext<Registry | undefined>(undefined)

/** Listens to the keyboard once for the whole page and runs what `useActions` registered last for the key's action. */
export function KeysProvider({ children }: { readonly children: ReactNode }) {
  const [registry] = useState<Registry>(() => new Set())
  useEffect(() => {
    let state = noKeys
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isOthers(event)) return
      const press = {
        key: event.key,
        ctrl: event.ctrlKey,
        meta: event.metaKey,
        alt: event.altKey,
        typing: isTyping(event.target),
        atMs: event.timeStamp,
      }
      const result = pressKey([...globalBindings, ...inboxBindings], state, press)
      state = result.state
      const run = [...registry].reverse().find((each) => each.current[result.action ?? ''] !== undefined)
      if (run === undefined || result.action === undefined) return
      event.preventDefault()
      run.current[result.action]?.()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [registry])
  return <KeysContext value={registry}>{children}</KeysContext>
}

/** Makes these actions answer to their keys while the component is on the screen. */
export function useActions(actions: Actions): void {
  const registry = useContext(KeysContext)
  const held = useRef(actions)
  useEffect(() => {
    held.current = actions
  })
  useEffect(() => {
    registry?.add(held)
    return () => {
      registry?.delete(held)
    }
  }, [registry])
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
}

/** Keys inside a dialog or menu are its own; so are Enter and arrows on a control that is not a row of a list. */
function isOthers(event: KeyboardEvent): boolean {
  const { target } = event
  if (!(target instanceof HTMLElement)) return false
  if (target.closest('[role=dialog],[role=menu],[role=listbox]') !== null && !(event.ctrlKey || event.metaKey))
    return true
  const control = target.closest('button,a,summary,[role=slider],[tabindex="0"]')
  return control !== null && /^(Enter|Arrow)/.test(event.key) && control.closest('[data-rows]') === null
}
