import type { LucideIcon } from 'lucide-react'
import { LoaderCircle } from 'lucide-react'
import { Tooltip } from 'radix-ui'
import type { ComponentProps, ReactNode } from 'react'

type Look = 'primary' | 'plain' | 'quiet' | 'danger'

const looks: Readonly<Record<Look, string>> = {
  primary: 'bg-accent text-on-accent hover:bg-accent-hover border border-transparent',
  plain: 'bg-surface text-ink border border-line-strong hover:bg-hover',
  quiet: 'text-ink-2 hover:bg-sunken hover:text-ink border border-transparent',
  danger: 'bg-surface text-trouble border border-line-strong hover:bg-trouble-soft',
}

interface ButtonProps extends ComponentProps<'button'> {
  readonly look?: Look
  readonly icon?: LucideIcon
  /** The key that does the same, shown on the button. */
  readonly shortcut?: string
  readonly busy?: boolean
  readonly small?: boolean
}

/** The one button. While `busy` it says so and can't be pressed again. */
export function Button({
  look = 'plain',
  icon: Icon,
  shortcut,
  busy,
  small,
  children,
  className,
  ...rest
}: ButtonProps) {
  const size = small === true ? 'h-7 px-2 text-[13px] gap-1.5' : 'h-9 px-3 gap-2'
  return (
    <button
      type="button"
      {...rest}
      disabled={rest.disabled === true || busy === true}
      aria-busy={busy}
      className={`inline-flex shrink-0 items-center justify-center rounded-box font-medium whitespace-nowrap transition-colors duration-100 disabled:cursor-not-allowed disabled:opacity-60 ${size} ${looks[look]} ${className ?? ''}`}
    >
      {busy === true ? (
        <LoaderCircle size={15} className="animate-spin" aria-hidden />
      ) : Icon === undefined ? null : (
        <Icon size={15} aria-hidden />
      )}
      {children}
      {shortcut === undefined ? null : <Key plain={look === 'primary'}>{shortcut}</Key>}
    </button>
  )
}

/** A key as it is printed on the keyboard; hidden where there is none. */
export function Key({ children, plain }: { readonly children: ReactNode; readonly plain?: boolean }) {
  const look = plain === true ? 'border-current/40 text-current' : 'border-line bg-sunken text-ink-3'
  return (
    <kbd
      aria-hidden
      className={`hidden min-w-5 items-center justify-center rounded-[5px] border px-1 font-sans text-[11px] leading-[17px] md:inline-flex ${look}`}
    >
      {children}
    </kbd>
  )
}

interface IconButtonProps extends ComponentProps<'button'> {
  readonly icon: LucideIcon
  readonly label: string
  readonly shortcut?: string
  readonly pressed?: boolean
  /** For a mark on the icon, such as a count. */
  readonly children?: ReactNode
}

/** A button that is only an icon: its label is its tooltip and its name. */
export function IconButton({ icon: Icon, label, shortcut, pressed, children, className, ...rest }: IconButtonProps) {
  return (
    <Hint label={label} {...(shortcut === undefined ? {} : { shortcut })}>
      <button
        type="button"
        aria-label={label}
        aria-pressed={pressed}
        {...rest}
        className={`relative inline-flex size-9 shrink-0 items-center justify-center rounded-box transition-colors duration-100 hover:bg-sunken hover:text-ink disabled:cursor-not-allowed disabled:opacity-50 ${pressed === true ? 'bg-sunken text-ink' : 'text-ink-2'} ${className ?? ''}`}
      >
        <Icon size={17} aria-hidden />
        {children}
      </button>
    </Hint>
  )
}

interface HintProps {
  readonly label: string
  readonly shortcut?: string
  readonly side?: 'top' | 'right' | 'bottom' | 'left'
  readonly children: ReactNode
}

/** A tooltip with the key that does the same. */
export function Hint({ label, shortcut, side = 'bottom', children }: HintProps) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>{children}</Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content
          side={side}
          sideOffset={6}
          className="appear z-50 flex max-w-72 items-center gap-2 rounded-box bg-ink px-2 py-1 text-[12.5px] text-canvas"
        >
          {label}
          {shortcut === undefined ? null : <kbd className="font-sans opacity-70">{shortcut}</kbd>}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  )
}
