import { globalBindings, inboxBindings, type Binding } from '../keymap.ts'
import type { TextKey } from '../text/text.ts'
import { Key } from '../ui/button.tsx'
import { useT } from '../ui/context.tsx'
import { Dialog } from '../ui/dialog.tsx'

const named: Readonly<Record<string, TextKey>> = {
  commands: 'commands.title',
  keys: 'keys.title',
  'go.inbox': 'nav.inbox',
  'go.funnel': 'nav.funnel',
  'go.leads': 'nav.leads',
  'go.forecast': 'nav.forecast',
  'go.import': 'nav.import',
  'go.actors': 'nav.actors',
  'go.dead-letters': 'nav.dead-letters',
  'go.members': 'nav.members',
  'go.channels': 'nav.channels',
  'go.settings': 'nav.settings',
  'inbox.next': 'keys.next',
  'inbox.previous': 'keys.previous',
  'inbox.open': 'keys.open',
  'inbox.search': 'inbox.search',
  'take-over': 'act.take-over',
  reply: 'act.reply',
  note: 'act.note',
  canned: 'canned.title',
  listing: 'listing.title',
  close: 'act.close',
  snooze: 'act.snooze',
  assign: 'act.assign',
  'hand-back': 'act.hand-back',
  'hand-to-team': 'act.hand-to-team',
  reopen: 'act.reopen',
  customer: 'customer.title',
  back: 'keys.back',
}

/** The list of keys. */
export function KeysSheet({ onClose }: { readonly onClose: () => void }) {
  const t = useT()
  return (
    <Dialog title={t('keys.title')} description={t('keys.hint')} onClose={onClose} wide>
      <div className="grid gap-x-10 md:grid-cols-2">
        <KeyList title={t('keys.everywhere')} bindings={globalBindings} />
        <KeyList title={t('nav.inbox')} bindings={inboxBindings.filter((each) => !each.keys.startsWith('Arrow'))} />
      </div>
    </Dialog>
  )
}

function KeyList({ title, bindings }: { readonly title: string; readonly bindings: readonly Binding[] }) {
  const t = useT()
  return (
    <section>
      <h3 className="mt-3 mb-1 text-[12.5px] font-medium text-ink-3">{title}</h3>
      <dl>
        {bindings.map((binding) => {
          const label = named[binding.action]
          if (label === undefined) return null
          return (
            <div key={binding.keys} className="flex h-8 items-center justify-between gap-4 border-b border-line">
              <dt>{t(label)}</dt>
              <dd className="flex gap-1">
                {printed(binding.keys).map((key) => (
                  <Key key={key}>{key}</Key>
                ))}
              </dd>
            </div>
          )
        })}
      </dl>
    </section>
  )
}

/** `mod+k` as ⌘K on a Mac, Ctrl K elsewhere. */
export function printed(keys: string): readonly string[] {
  const mac = navigator.platform.startsWith('Mac')
  return keys.split(/[ +]/).map((key) => {
    if (key === 'mod') return mac ? '⌘' : 'Ctrl'
    if (key === 'Escape') return 'Esc'
    return key.length === 1 ? key.toUpperCase() : key
  })
}
