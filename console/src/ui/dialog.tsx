import { X } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import { useState, type ReactNode } from 'react'
import { useT } from './context.tsx'
import { IconButton } from './button.tsx'

interface DialogProps {
  readonly title: string
  readonly description?: string
  readonly onClose: () => void
  readonly wide?: boolean
  readonly children: ReactNode
}

/** A modal with a title; Escape, the cross and a press outside close it. On a phone it rises from the bottom. */
export function Dialog({ title, description, onClose, wide, children }: DialogProps) {
  const t = useT()
  // Opened by a key there is no button to give the focus back to: it goes where it was.
  const [before] = useState(() => document.activeElement)
  const giveBack = (event: Event) => {
    event.preventDefault()
    if (before instanceof HTMLElement) before.focus({ preventScroll: true })
  }
  return (
    <Radix.Root open onOpenChange={(open) => (open ? undefined : onClose())}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-overlay" />
        <Radix.Content
          onCloseAutoFocus={giveBack}
          {...(description === undefined ? { 'aria-describedby': undefined } : {})}
          className={`appear fixed z-40 flex max-h-[85dvh] flex-col bg-surface shadow-float max-md:inset-x-0 max-md:bottom-0 max-md:rounded-t-box md:top-[12vh] md:left-1/2 md:w-[92vw] md:-translate-x-1/2 md:rounded-box ${wide === true ? 'md:max-w-2xl' : 'md:max-w-md'}`}
        >
          <header className="flex items-start gap-3 pt-4 pr-14 pb-2 pl-5">
            <div className="min-w-0 flex-1">
              <Radix.Title className="text-[15px] font-semibold">{title}</Radix.Title>
              {description === undefined ? null : (
                <Radix.Description className="mt-0.5 text-ink-2">{description}</Radix.Description>
              )}
            </div>
          </header>
          <div className="min-h-0 overflow-y-auto px-5 pb-5">{children}</div>
          {/* Last in order, so that the first choice has the focus and not the way out. */}
          <IconButton icon={X} label={t('close')} onClick={onClose} className="!absolute top-2.5 right-2.5" />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
