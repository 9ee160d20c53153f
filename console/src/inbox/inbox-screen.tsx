import { MessagesSquare } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { Route } from '../stores/route.ts'
import { useActions } from '../ui/keys.tsx'
import { Key } from '../ui/button.tsx'
import { useClient, useMedia, useT } from '../ui/context.tsx'
import { Empty } from '../ui/states.tsx'
import { ConversationPane } from './conversation-pane.tsx'
import { CustomerPane } from './customer-pane.tsx'
import { InboxList } from './inbox-list.tsx'

type InboxRoute = Extract<Route, { readonly screen: 'inbox' }>

/** The inbox: list, conversation, customer. Three panes, two on half a laptop, one on a phone. */
export function InboxScreen({ route }: { readonly route: InboxRoute }) {
  const client = useClient()
  const t = useT()
  const phone = useMedia('(max-width: 767px)')
  const wide = useMedia('(min-width: 1240px)')
  const [customer, setCustomer] = useState(true)
  const [overFor, setOverFor] = useState<string>()
  const { conversation } = route
  useEffect(() => {
    if (conversation === undefined) client.conversation.leave()
    else client.conversation.open(conversation)
  }, [client, conversation])
  useEffect(() => () => client.conversation.leave(), [client])
  const customerOver = conversation !== undefined && overFor === conversation
  const setCustomerOver = (over: boolean) => setOverFor(over ? conversation : undefined)
  const back = () => client.go({ screen: 'inbox', view: route.view, filter: route.filter })
  const toggleCustomer = () => (wide ? setCustomer(!customer) : setCustomerOver(!customerOver))
  useActions({
    ...(conversation === undefined ? {} : { back: () => (customerOver ? setCustomerOver(false) : back()) }),
    customer: toggleCustomer,
  })
  const showCustomer = conversation !== undefined && (wide ? customer : customerOver)
  return (
    <div className="relative flex h-full">
      <h1 className="sr-only">{t('nav.inbox')}</h1>
      <div
        className={`h-full min-w-0 border-line max-md:w-full md:w-[348px] md:shrink-0 md:border-r ${phone && conversation !== undefined ? 'hidden' : ''}`}
      >
        <InboxList route={route} />
      </div>
      <div className={`h-full min-w-0 flex-1 ${phone && conversation === undefined ? 'hidden' : ''}`}>
        {conversation === undefined ? (
          <NothingOpen />
        ) : (
          <ConversationPane key={conversation} conversation={conversation} onBack={back} onCustomer={toggleCustomer} />
        )}
      </div>
      {showCustomer ? (
        <aside
          aria-label={t('customer.title')}
          className={`h-full overflow-y-auto border-l border-line bg-surface ${wide ? 'w-[312px] shrink-0' : 'absolute top-0 right-0 z-20 w-full max-w-sm shadow-float'}`}
        >
          <CustomerPane {...(wide ? {} : { onClose: () => setCustomerOver(false) })} />
        </aside>
      ) : null}
    </div>
  )
}

function NothingOpen() {
  const t = useT()
  return (
    <Empty icon={MessagesSquare} title={t('conversation.none')} text={t('conversation.none-hint')}>
      <span className="flex items-center gap-1 text-ink-3 max-md:hidden">
        <Key>J</Key>
        <Key>K</Key>
        <span className="mr-2 ml-0.5">{t('keys.move')}</span>
        <Key>Enter</Key>
        <span className="ml-0.5">{t('keys.open')}</span>
      </span>
    </Empty>
  )
}
