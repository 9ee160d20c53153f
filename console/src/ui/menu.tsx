import type { LucideIcon } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { ReactNode } from 'react'
import { Key } from './button.tsx'

export interface MenuItem {
  readonly label: string
  readonly icon?: LucideIcon
  readonly shortcut?: string
  readonly danger?: boolean
  readonly disabled?: boolean
  readonly run: () => void
}

interface MenuProps {
  readonly trigger: ReactNode
  readonly items: readonly MenuItem[]
  readonly title?: string
  readonly align?: 'start' | 'end'
}

/** A drop-down of actions, each with the key that does the same. */
export function Menu({ trigger, items, title, align = 'end' }: MenuProps) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className="appear z-50 max-h-[60dvh] min-w-52 overflow-y-auto rounded-box bg-surface p-1 shadow-float"
        >
          {title === undefined ? null : (
            <DropdownMenu.Label className="px-2 py-1.5 text-[12px] text-ink-3">{title}</DropdownMenu.Label>
          )}
          {items.map((item) => (
            <DropdownMenu.Item
              key={item.label}
              disabled={item.disabled === true}
              onSelect={item.run}
              className={`flex h-8 cursor-pointer items-center gap-2 rounded-[5px] px-2 outline-none data-disabled:opacity-50 data-highlighted:bg-sunken ${item.danger === true ? 'text-trouble' : ''}`}
            >
              {item.icon === undefined ? null : <item.icon size={15} aria-hidden />}
              <span className="mr-4">{item.label}</span>
              {item.shortcut === undefined ? null : (
                <span className="ml-auto">
                  <Key>{item.shortcut}</Key>
                </span>
              )}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
