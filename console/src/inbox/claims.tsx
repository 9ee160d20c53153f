import { BookOpenCheck, FileText, House, Quote, Wrench } from 'lucide-react'
import { Popover } from 'radix-ui'
import type { Claim } from '#gateway/protocol.ts'
import { useT } from '../ui/context.tsx'
import { partsOf } from './claims.ts'

/** A text in which every bound number, date or availability can be pressed to see where it comes from. */
export function ClaimedText({ text, claims }: { readonly text: string; readonly claims: readonly Claim[] }) {
  if (claims.length === 0) return text
  return partsOf(text, claims).map((part, index) =>
    part.claim === undefined ? (
      part.text
    ) : (
      <Popover.Root key={index}>
        <Popover.Trigger asChild>
          <button
            type="button"
            className="rounded-[3px] underline decoration-dotted underline-offset-[3px] hover:bg-surface/60"
          >
            {part.text}
          </button>
        </Popover.Trigger>
        <Panel claims={[part.claim]} />
      </Popover.Root>
    ),
  )
}

/** All the sources of a message. */
export function SourcesButton({ claims }: { readonly claims: readonly Claim[] }) {
  const t = useT()
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <button
          type="button"
          className="flex items-center gap-1 rounded-[4px] px-1 font-medium text-ink-2 hover:bg-sunken hover:text-ink"
        >
          <BookOpenCheck size={13} aria-hidden />
          {t('sources.count', { count: claims.length })}
        </button>
      </Popover.Trigger>
      <Panel claims={claims} />
    </Popover.Root>
  )
}

function Panel({ claims }: { readonly claims: readonly Claim[] }) {
  const t = useT()
  return (
    <Popover.Portal>
      <Popover.Content
        sideOffset={6}
        collisionPadding={12}
        aria-label={t('sources.title')}
        className="appear z-50 max-h-80 w-80 max-w-[92vw] overflow-y-auto rounded-box bg-surface p-3 shadow-float"
      >
        <ul className="flex flex-col gap-2.5">
          {claims.map((claim, index) => (
            <li key={index}>
              <p className="font-medium">{claim.text}</p>
              <Source claim={claim} />
            </li>
          ))}
        </ul>
      </Popover.Content>
    </Popover.Portal>
  )
}

const icons = { listing: House, tool: Wrench, document: FileText, customer: Quote } as const

function Source({ claim }: { readonly claim: Claim }) {
  const t = useT()
  const { source } = claim
  const Icon = icons[source.kind]
  const words =
    source.kind === 'listing'
      ? t('source.listing', { id: source.listingId, version: source.version, field: source.field })
      : source.kind === 'tool'
        ? t('source.tool', { tool: source.tool, path: source.path })
        : source.kind === 'document'
          ? t('source.document', { id: source.documentId, passage: source.passage })
          : t('source.customer', { n: source.n })
  return (
    <p className="mt-0.5 flex items-start gap-1.5 text-[13px] text-ink-2">
      <Icon size={14} aria-hidden className="mt-0.5 shrink-0" />
      <span className="min-w-0 break-words">{words}</span>
    </p>
  )
}
