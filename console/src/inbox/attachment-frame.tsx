import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'

interface FrameProps {
  readonly icon: LucideIcon
  readonly title: string
  readonly children: ReactNode
}

/** What came with a message, as a box beside its words. */
export function Frame({ icon: Icon, title, children }: FrameProps) {
  return (
    <div className="flex max-w-80 min-w-0 gap-2 rounded-box border border-line bg-surface px-3 py-2 text-[13px]">
      <Icon size={16} aria-hidden className="mt-0.5 shrink-0 text-ink-3" />
      <div className="min-w-0">
        <p className="font-medium break-words">{title}</p>
        {children}
      </div>
    </div>
  )
}
