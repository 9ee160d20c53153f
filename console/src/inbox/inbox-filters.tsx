import { X } from 'lucide-react'
import { handOffReasons, temperatures, type InboxRouteFilter } from '../stores/route.ts'
import { channelWord } from '../text/channel-word.ts'
import { Button } from '../ui/button.tsx'
import { useClient, useStore, useT } from '../ui/context.tsx'
import { Select } from '../ui/field.tsx'

interface FiltersProps {
  readonly filter: InboxRouteFilter
  readonly onChange: (filter: InboxRouteFilter) => void
}

/** Narrows the list. What is chosen is part of the address, so it can be kept as a bookmark. */
export function InboxFilters({ filter, onChange }: FiltersProps) {
  const t = useT()
  const members = useStore(useClient().members)
  const set = (name: keyof InboxRouteFilter, value: string) => {
    const { [name]: _old, ...rest } = filter
    onChange(value === '' ? rest : { ...rest, [name]: value })
  }
  const any = { value: '', label: t('filter.any') }
  return (
    <div className="grid grid-cols-2 gap-2 border-b border-line bg-canvas px-3 py-2.5">
      <Select
        label={t('filter.temperature')}
        value={filter.temperature ?? ''}
        options={[
          { ...any, label: t('filter.any-temperature') },
          ...temperatures.map((each) => ({ value: each, label: t(`temperature.${each}`) })),
        ]}
        onChange={(value) => set('temperature', value)}
      />
      <Select
        label={t('filter.channel')}
        value={filter.channel ?? ''}
        options={[
          { ...any, label: t('filter.any-channel') },
          { value: 'widget', label: t('channel.web') },
          ...(['whatsapp', 'email', 'sms'] as const).map((each) => ({ value: each, label: channelWord(each, t) })),
        ]}
        onChange={(value) => set('channel', value)}
      />
      <Select
        label={t('filter.member')}
        value={filter.memberId ?? ''}
        options={[
          { ...any, label: t('filter.any-member') },
          ...members.map((each) => ({ value: each.memberId, label: each.name })),
        ]}
        onChange={(value) => set('memberId', value)}
      />
      <Select
        label={t('filter.reason')}
        value={filter.handOffReason ?? ''}
        options={[
          { ...any, label: t('filter.any-reason') },
          ...handOffReasons.map((each) => ({ value: each, label: t(`reason.${each}`) })),
        ]}
        onChange={(value) => set('handOffReason', value)}
      />
      <label className="flex h-8 items-center gap-2 text-[13px]">
        <input
          type="checkbox"
          checked={filter.unreadOnly === true}
          onChange={(event) => onChange(withUnread(filter, event.target.checked))}
          className="size-4 accent-accent"
        />
        {t('filter.unread')}
      </label>
      <Button small look="quiet" icon={X} onClick={() => onChange({})} className="justify-self-end">
        {t('inbox.clear')}
      </Button>
    </div>
  )
}

function withUnread(filter: InboxRouteFilter, on: boolean): InboxRouteFilter {
  const { unreadOnly: _old, ...rest } = filter
  return on ? { ...rest, unreadOnly: true } : rest
}
