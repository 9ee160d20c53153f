import { useEffect } from 'react'
import { useClient, useMe, useStore } from '../ui/context.tsx'
import { Failed, Skeleton } from '../ui/states.tsx'
import { Composer } from './composer.tsx'
import { ConversationHeader } from './conversation-header.tsx'
import { useConversationActions } from './conversation-actions.tsx'
import { Timeline } from './timeline.tsx'
import { TurnPanel } from './turn-panel.tsx'

interface PaneProps {
  readonly conversation: string
  readonly onBack: () => void
  readonly onCustomer: () => void
}

/** One conversation: who owns it and since when, what was said, what the assistant is about to say, and the composer. */
export function ConversationPane({ conversation, onBack, onCustomer }: PaneProps) {
  const client = useClient()
  const open = useStore(client.conversation.state)
  if (open === undefined || open.conversation !== conversation) return <Skeleton rows={6} height={84} />
  if (open.status === 'failed') {
    return <Failed text={open.problem?.message ?? ''} onRetry={() => client.conversation.retry()} />
  }
  if (open.view === undefined) return <Skeleton rows={6} height={84} />
  return <OpenPane onBack={onBack} onCustomer={onCustomer} />
}

function OpenPane({ onBack, onCustomer }: Omit<PaneProps, 'conversation'>) {
  const client = useClient()
  const open = useStore(client.conversation.state)
  const actions = useConversationActions()
  useReadMark()
  if (open?.view === undefined) return null
  const { row, turn } = open.view
  const forming = turn !== undefined && ['routing', 'answering', 'checking'].includes(turn.status)
  return (
    <section aria-label={row.name} className="flex h-full flex-col bg-surface">
      <ConversationHeader open={open} view={open.view} actions={actions} onBack={onBack} onCustomer={onCustomer} />
      <Timeline open={open} view={open.view} />
      {row.owner.kind === 'assistant' && row.status === 'open' && turn !== undefined && forming ? (
        <TurnPanel turn={turn} />
      ) : null}
      <Composer key={open.conversation} open={open} view={open.view} actions={actions} />
      {actions.dialog}
    </section>
  )
}

/** Tells the server how far this member has read, while the page is really looked at. */
function useReadMark(): void {
  const client = useClient()
  const me = useMe()
  const open = useStore(client.conversation.state)
  const upTo = open?.transcript.completeTo ?? 0
  const conversation = open?.conversation
  const unread = open?.view?.row.unread ?? 0
  useEffect(() => {
    if (conversation === undefined || upTo === 0 || unread === 0 || me === undefined) return undefined
    const tell = () => {
      if (document.visibilityState === 'visible') {
        void client.connection.send({ type: 'conversation.read', conversation, upTo })
      }
    }
    tell()
    document.addEventListener('visibilitychange', tell)
    return () => document.removeEventListener('visibilitychange', tell)
  }, [client, conversation, upTo, unread, me])
}
