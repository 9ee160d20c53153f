import { X } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
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
  return (
    <Radix.Root open onOpenChange={(open) => (open ? undefined : onClose())}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-overlay" />
        <Radix.Content
          {...(description === undefined ? { 'aria-describedby': undefined } : {})}
          className={`appear fixed z-40 flex max-h-[85dvh] flex-col bg-surface shadow-float max-md:inset-x-0 max-md:bottom-0 max-md:rounded-t-box md:top-[12vh] md:left-1/2 md:w-[92vw] md:-translate-x-1/2 md:rounded-box ${wide === true ? 'md:max-w-2xl' : 'md:max-w-md'}`}
        >
          <header className="flex items-start gap-3 px-5 pt-4 pb-2">
            <div className="min-w-0 flex-1">
              <Radix.Title className="text-[15px] font-semibold">{title}</Radix.Title>
              {description === undefined ? null : (
                <Radix.Description className="mt-0.5 text-ink-2">{description}</Radix.Description>
              )}
            </div>
            <IconButton icon={X} label={t('close')} onClick={onClose} className="-mt-1 -mr-2" />
          </header>
          <div className="min-h-0 overflow-y-auto px-5 pb-5">{children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
