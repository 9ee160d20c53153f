import { Bot, House, MessageSquareQuote, Send, StickyNote } from 'lucide-react'
import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { limits } from '#gateway/protocol.ts'
import type { OpenConversation } from '../stores/conversation-store.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { useClient, useStore, useT } from '../ui/context.tsx'
import { useActions } from '../ui/keys.tsx'
import { AttachButton, AttachTray } from './attach-tray.tsx'
import { useAttaching, type Attaching } from './attaching.ts'
import { lookupAt } from './canned.ts'
import { LookupPanel, useLookup } from './lookup.tsx'
import { OfferMenu } from './offer-menu.tsx'
import { TemplateOffer } from './template-offer.tsx'
import type { View } from './timeline.tsx'
import { useTyping } from './typing.ts'

interface ReplyProps {
  readonly open: OpenConversation
  readonly view: View
  readonly onNote: () => void
  readonly onHandBack: () => void
}

/** The composer of the owner: Enter sends, Shift+Enter breaks the line, `/` and `@` look things up. */
export function ReplyComposer({ open, view, onNote, onHandBack }: ReplyProps) {
  const t = useT()
  const client = useClient()
  const area = useRef<HTMLTextAreaElement>(null)
  const { text, caret, put, moveCaret } = useDraft(open.conversation, area)
  const typing = useTyping(open.conversation)
  const attaching = useAttaching(view.row.channel)
  const empty = text.trim() === '' && attaching.ready.length === 0
  const idle = empty || !attaching.isWhole
  const lookup = useLookup(lookupAt(text, caret), view, (from, insert) => {
    put(`${text.slice(0, from)}${insert}${text.slice(caret)}`, from + insert.length)
  })
  const begin = (mark: string) => {
    put(`${text}${text === '' || /\s$/.test(text) ? '' : ' '}${mark}`)
    area.current?.focus()
  }
  useActions({ reply: () => area.current?.focus(), canned: () => begin('/'), listing: () => begin('@') })
  useFocusWhenTaken(open.conversation, area)
  const send = () => {
    if (idle) return
    void client.outbox.submitFiles(open.conversation, text.trim(), attaching.ready)
    attaching.clear()
    typing(false)
    put('')
  }
  const onKey = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing || lookup.onKey(event)) return
    if (event.key === 'Escape') event.currentTarget.blur()
    if (event.key !== 'Enter' || event.shiftKey) return
    event.preventDefault()
    send()
  }
  return (
    <div className="relative mx-auto max-w-3xl px-4 py-3 md:px-6">
      <LookupPanel lookup={lookup} />
      <DropFrame attaching={attaching}>
        <AttachTray attaching={attaching} />
        <textarea
          ref={area}
          id="composer"
          rows={2}
          dir="auto"
          aria-label={t('reply.label', { name: view.row.name })}
          placeholder={t('reply.placeholder', { name: view.row.name })}
          aria-controls={lookup.items.length > 0 ? 'lookup' : undefined}
          aria-activedescendant={lookup.items.length > 0 ? `lookup-${lookup.at}` : undefined}
          aria-haspopup="listbox"
          aria-autocomplete="list"
          value={text}
          maxLength={limits.textMax}
          onChange={(event) => {
            put(event.target.value, event.target.selectionStart)
            typing(event.target.value !== '')
          }}
          onSelect={(event) => moveCaret(event.currentTarget.selectionStart)}
          onKeyDown={onKey}
          className="block max-h-52 w-full resize-none bg-transparent px-3 py-2.5 text-[15px] [field-sizing:content] outline-none placeholder:text-ink-3"
        />
        <Tools {...{ open, view, attaching, text, idle, begin, send, onNote, onHandBack }} />
      </DropFrame>
    </div>
  )
}

/** What can be dropped into is the whole box. */
function DropFrame({ attaching, children }: { readonly attaching: Attaching; readonly children: ReactNode }) {
  return (
    <div
      className="rounded-box border border-field bg-surface focus-within:border-focus focus-within:ring-1 focus-within:ring-focus"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault()
        attaching.add(event.dataTransfer.files)
      }}
      onPaste={(event) => {
        if (event.clipboardData.files.length === 0) return
        event.preventDefault()
        attaching.add(event.clipboardData.files)
      }}
    >
      {children}
    </div>
  )
}

interface ToolsProps extends ReplyProps {
  readonly attaching: Attaching
  readonly text: string
  /** Nothing can be sent now. */
  readonly idle: boolean
  readonly begin: (mark: string) => void
  readonly send: () => void
}

function Tools({ open, view, attaching, text, idle, begin, send, onNote, onHandBack }: ToolsProps) {
  const t = useT()
  return (
    <div className="flex items-center gap-0.5 px-1.5 pb-1.5">
      <IconButton icon={MessageSquareQuote} label={t('canned.title')} shortcut="/" onClick={() => begin('/')} />
      <IconButton icon={House} label={t('listing.title')} shortcut="@" onClick={() => begin('@')} />
      <AttachButton attaching={attaching} />
      <OfferMenu conversation={open.conversation} view={view} />
      <TemplateOffer conversation={open.conversation} view={view} as="aside" />
      <IconButton icon={StickyNote} label={t('act.note')} shortcut="N" onClick={onNote} />
      <IconButton icon={Bot} label={t('act.hand-back')} shortcut="H" onClick={onHandBack} />
      {text.length > limits.textMax - 400 ? (
        <span className="tabular ml-2 text-[12.5px] text-ink-3">{limits.textMax - text.length}</span>
      ) : null}
      <Button look="primary" small icon={Send} className="ml-auto h-8" disabled={idle} onClick={send}>
        {t('reply.send')}
      </Button>
    </div>
  )
}

/** What is typed after a take-over is for the customer: with the focus left on the page its letters would be shortcuts. */
function useFocusWhenTaken(conversation: string, area: React.RefObject<HTMLTextAreaElement | null>): void {
  const client = useClient()
  const taking = useStore(client.taking)
  useLayoutEffect(() => {
    if (taking !== conversation) return
    area.current?.focus()
    client.taking.set(undefined)
  }, [taking, conversation, client, area])
}

/** The unsent words, kept while one looks at another conversation. */
function useDraft(conversation: string, area: React.RefObject<HTMLTextAreaElement | null>) {
  const { drafts } = useClient()
  const [draft, setDraft] = useState(() => {
    const text = drafts.get(conversation) ?? ''
    return { text, caret: text.length }
  })
  const put = (text: string, caret = text.length) => {
    drafts.set(conversation, text)
    setDraft({ text, caret })
  }
  useEffect(() => {
    const restore = () => {
      const text = drafts.get(conversation) ?? ''
      setDraft({ text, caret: text.length })
      area.current?.focus()
    }
    addEventListener('draft-restored', restore)
    return () => removeEventListener('draft-restored', restore)
  }, [conversation, drafts, area])
  useEffect(() => {
    const element = area.current
    if (element !== null && element.selectionStart !== draft.caret) element.setSelectionRange(draft.caret, draft.caret)
  }, [draft, area])
  // Only the caret: this event can come in the same breath as the Enter that sent the words, and must not bring them back.
  const moveCaret = (caret: number) => setDraft((now) => ({ ...now, caret: Math.min(caret, now.text.length) }))
  return { ...draft, put, moveCaret }
}
