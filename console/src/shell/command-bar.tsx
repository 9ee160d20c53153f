import { Search } from 'lucide-react'
import { Dialog } from 'radix-ui'
import { useState, type KeyboardEvent } from 'react'
import { hashOf } from '../stores/route.ts'
import { Key } from '../ui/button.tsx'
import { OwnerBadge } from '../ui/badge.tsx'
import { useClient, useStore, useT } from '../ui/context.tsx'
import { findCommands, type Command } from './commands.ts'
import { printed } from './keys-sheet.tsx'
import { usePlaces } from './rail.tsx'

interface CommandBarProps {
  readonly onClose: () => void
  readonly onKeys: () => void
}

/** Everything one can do or open, by a few letters. */
export function CommandBar({ onClose, onKeys }: CommandBarProps) {
  const t = useT()
  const commands = useCommands(onKeys)
  const [words, setWords] = useState('')
  const [place, setPlace] = useState(0)
  const found = findCommands(commands, words).slice(0, 40)
  const at = Math.min(place, found.length - 1)
  const run = (command: Command | undefined) => {
    if (command === undefined) return
    onClose()
    command.run()
  }
  const onKey = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0) setPlace((at + step + found.length) % Math.max(found.length, 1))
    if (event.key === 'Enter') run(found[at])
    if (step !== 0 || event.key === 'Enter') event.preventDefault()
  }
  return (
    <Dialog.Root open onOpenChange={(open) => (open ? undefined : onClose())}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-overlay" />
        <Dialog.Content
          aria-describedby={undefined}
          className="appear fixed top-[10vh] left-1/2 z-40 flex max-h-[70dvh] w-[min(600px,94vw)] -translate-x-1/2 flex-col rounded-box bg-surface shadow-float"
        >
          <Dialog.Title className="sr-only">{t('commands.title')}</Dialog.Title>
          <div className="flex items-center gap-3 border-b border-line px-4">
            <Search size={17} className="text-ink-3" aria-hidden />
            <input
              role="combobox"
              aria-expanded
              aria-controls="command-list"
              aria-activedescendant={found[at] === undefined ? undefined : `command-${at}`}
              aria-label={t('commands.title')}
              placeholder={t('commands.placeholder')}
              value={words}
              onChange={(event) => {
                setWords(event.target.value)
                setPlace(0)
              }}
              onKeyDown={onKey}
              className="h-12 min-w-0 flex-1 bg-transparent text-[15px] outline-none placeholder:text-ink-3"
            />
          </div>
          <CommandList commands={found} at={at} onRun={run} onHover={setPlace} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

interface ListProps {
  readonly commands: readonly Command[]
  readonly at: number
  readonly onRun: (command: Command) => void
  readonly onHover: (place: number) => void
}

function CommandList({ commands, at, onRun, onHover }: ListProps) {
  const t = useT()
  const client = useClient()
  const rows = useStore(client.inbox.state).rows
  if (commands.length === 0) return <p className="p-6 text-center text-ink-3">{t('commands.none')}</p>
  return (
    <div id="command-list" role="listbox" aria-label={t('commands.title')} className="overflow-y-auto p-1.5">
      {commands.map((command, index) => {
        const row = rows.find((each) => `row-${each.conversation}` === command.id)
        return (
          <div
            key={command.id}
            id={`command-${index}`}
            role="option"
            aria-selected={index === at}
            ref={index === at ? scrollTo : null}
            onMouseMove={() => onHover(index)}
            onClick={() => onRun(command)}
            className="flex h-9 cursor-pointer items-center gap-3 rounded-[5px] px-2.5 aria-selected:bg-sunken"
          >
            <span className="truncate">{command.label}</span>
            {row === undefined ? (
              <span className="text-[12.5px] text-ink-3">{command.group}</span>
            ) : (
              <OwnerBadge owner={row.owner} status={row.status} />
            )}
            {command.keys === undefined ? null : (
              <span className="ml-auto flex gap-1">
                {printed(command.keys).map((key) => (
                  <Key key={key}>{key}</Key>
                ))}
              </span>
            )}
          </div>
        )
      })}
    </div>
  )
}

function useCommands(onKeys: () => void): readonly Command[] {
  const t = useT()
  const client = useClient()
  const { rows } = useStore(client.inbox.state)
  const preferences = useStore(client.preferences)
  const available = useStore(client.available)
  const going = usePlaces().map((place) => ({
    id: place.label,
    label: t(place.label),
    group: t('commands.go'),
    keys: place.keys,
    run: () => location.assign(hashOf(place.route)),
  }))
  const dark = document.documentElement.dataset['theme'] === 'dark'
  return [
    ...going,
    {
      id: 'settings',
      label: t('nav.settings'),
      group: t('commands.go'),
      keys: 'G S',
      run: () => client.go({ screen: 'settings' }),
    },
    {
      id: 'available',
      label: available ? t('available.set-off') : t('available.set-on'),
      group: t('commands.do'),
      run: () => void client.act({ type: 'presence.set', available: !available }),
    },
    {
      id: 'theme',
      label: dark ? t('theme.to-light') : t('theme.to-dark'),
      group: t('commands.do'),
      run: () => client.setPreferences({ theme: dark ? 'light' : 'dark' }),
    },
    {
      id: 'language',
      label: preferences.language === 'en' ? 'हिन्दी में देखें' : 'Show in English',
      group: t('commands.do'),
      run: () => client.setPreferences({ language: preferences.language === 'en' ? 'hi' : 'en' }),
    },
    { id: 'keys', label: t('keys.title'), group: t('commands.do'), keys: '?', run: onKeys },
    { id: 'sign-out', label: t('sign-out'), group: t('commands.do'), run: () => void client.session.signOut() },
    ...rows.map((row) => ({
      id: `row-${row.conversation}`,
      label: row.name,
      group: t('nav.inbox'),
      run: () => client.go({ screen: 'inbox', view: 'all', conversation: row.conversation, filter: {} }),
    })),
  ]
}

/** No value comes back: React would take it for an undoing. */
function scrollTo(element: HTMLElement | null): void {
  element?.scrollIntoView({ block: 'nearest' })
}
