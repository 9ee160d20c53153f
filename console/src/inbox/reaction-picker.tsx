import { CircleAlert, SmilePlus } from 'lucide-react'
import { Popover } from 'radix-ui'
import { useState } from 'react'
import type { GivenReaction } from '#gateway/protocol.ts'
import { Hint } from '../ui/button.tsx'
import { useClient, useT } from '../ui/context.tsx'

const offered = ['👍', '❤️', '😊', '🙏', '🎉', '😮'] as const

interface PickerProps {
  readonly conversation: string
  readonly n: number
  readonly given: GivenReaction | undefined
}

/**
 * A small button beside a customer's bubble: shown while the pointer or the focus is on the bubble, and always where nothing hovers, as on a phone.
 */
export function ReactionPicker({ conversation, n, given }: PickerProps) {
  const t = useT()
  const client = useClient()
  const [open, setOpen] = useState(false)
  const there = given?.status === 'going-away' ? undefined : given?.emoji
  const react = (emoji: string) => {
    setOpen(false)
    void client.act({ type: 'message.react', conversation, n, emoji })
  }
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <button
          type="button"
          aria-label={t('react.open')}
          title={t('react.open')}
          className="inline-flex size-7 shrink-0 items-center justify-center rounded-full text-ink-3 opacity-0 group-focus-within/said:opacity-100 group-hover/said:opacity-100 hover:bg-sunken hover:text-ink focus-visible:opacity-100 data-[state=open]:opacity-100 [@media(hover:none)]:opacity-100"
        >
          <SmilePlus size={16} aria-hidden />
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          side="top"
          align="start"
          sideOffset={4}
          collisionPadding={8}
          aria-label={t('react.title')}
          className="appear z-50 flex gap-0.5 rounded-full border border-line bg-surface p-1 shadow-float"
        >
          {offered.map((emoji) => (
            <button
              key={emoji}
              type="button"
              aria-pressed={there === emoji}
              aria-label={t(there === emoji ? 'react.take-back' : 'react.with', { emoji })}
              onClick={() => react(there === emoji ? '' : emoji)}
              className={`flex size-9 items-center justify-center rounded-full text-[19px] hover:bg-sunken ${there === emoji ? 'bg-sunken ring-1 ring-line-strong' : ''}`}
            >
              {emoji}
            </button>
          ))}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

interface GivenProps {
  readonly given: GivenReaction
  readonly n: number
  /** The conversation, for who may take it back. */
  readonly conversation: string | undefined
}

/** What a member laid over a customer's message, and what became of it. The owner takes it back by pressing it. */
export function Given({ given, n, conversation }: GivenProps) {
  const t = useT()
  const client = useClient()
  const { emoji, name, status, reason = '' } = given
  const label = t(`given.${status}`, { emoji, name, reason })
  const isUnderWay = status === 'going-away' || status === 'on-its-way'
  const edge = status === 'failed' ? 'border-trouble text-trouble' : `border-line ${isUnderWay ? 'border-dashed' : ''}`
  const look = `-mt-2 flex items-center gap-1 rounded-full border bg-surface px-1.5 text-[14px] leading-[22px] ${edge}`
  const mark = status === 'failed' ? <CircleAlert size={13} aria-hidden /> : null
  if (conversation === undefined || status === 'going-away') {
    return (
      <Hint label={label}>
        <span role="img" aria-label={label} tabIndex={0} className={look}>
          {mark}
          {emoji}
        </span>
      </Hint>
    )
  }
  const takeBack = t('react.take-back', { emoji })
  return (
    <Hint label={`${label} · ${takeBack}`}>
      <button
        type="button"
        aria-label={`${label}. ${takeBack}`}
        className={`${look} hover:bg-sunken`}
        onClick={() => void client.act({ type: 'message.react', conversation, n, emoji: '' })}
      >
        {mark}
        {emoji}
      </button>
    </Hint>
  )
}
