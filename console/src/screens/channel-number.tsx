import { KeyRound } from 'lucide-react'
import { useEffect, useMemo } from 'react'
import type { ChecksView, ConnectionsView, WhatsAppNumberView } from '#gateway/protocol.ts'
import { checkNumber, removeNumber } from '../connection/connections.ts'
import { AskedStore } from '../stores/asked-store.ts'
import { useClient, useStore, useT } from '../ui/context.tsx'
import { CheckStep } from './channel-checks.tsx'
import { AppSecretForm, NumberForm } from './channel-form.tsx'
import { Step, Steps, type StepState } from './channel-parts.tsx'
import { Access, Checks, NumberTest, Webhook } from './channel-steps.tsx'
import { ConnectionMenu, type FurtherChange } from './connection-menu.tsx'

interface NumberProps {
  readonly number: WhatsAppNumberView
  readonly webhook: ConnectionsView['webhook']
  readonly onChange: () => Promise<unknown>
}

/** A connected number: what is set, where Meta sends, what the checks find, a test message. It is checked when one comes to it. */
export function ConnectedNumber({ number, webhook, onChange }: NumberProps) {
  const t = useT()
  const { account } = number
  const client = useClient()
  const checks = useMemo(() => new AskedStore(() => checkNumber(client, account)), [client, account])
  const checking = useStore(checks.state)
  useEffect(() => {
    // The first check learns how the number is written.
    void checks.ask().then(onChange)
  }, [checks, onChange])
  const changed = async () => {
    await onChange()
    await checks.ask()
  }
  const rotation: FurtherChange = {
    label: t('channels.rotate'),
    description: t('channels.rotate-hint'),
    icon: KeyRound,
    renderForm: (onSaved) => <AppSecretForm account={account} onSaved={onSaved} />,
  }
  const states = stepStates(number, checking.value)
  return (
    <section aria-labelledby={`number-${account}`} className="mb-8">
      <div className="mb-4 flex items-center gap-2">
        <h2 id={`number-${account}`} className="tabular mr-auto text-[17px] font-semibold">
          WhatsApp {nameOf(number)}
        </h2>
        <ConnectionMenu
          name={nameOf(number)}
          renderEdit={(onSaved) => <NumberForm number={number} onSaved={onSaved} />}
          {...(number.appSecrets.length === 0 ? {} : { further: rotation })}
          sure={t('channels.remove-sure')}
          remove={() => removeNumber(client, account)}
          onChange={onChange}
          onSaved={changed}
        />
      </div>
      <Steps>
        <Step place={1} state={states[0]} title={t('channels.step.number')}>
          <Access number={number} onChange={changed} />
        </Step>
        <Step place={2} state={states[1]} title={t('channels.step.webhook')}>
          <Webhook number={number} webhook={webhook} onSubscribed={checks.ask} />
        </Step>
        <CheckStep
          place={3}
          state={states[2]}
          busy={checking.busy}
          checking={t('channels.checking')}
          onCheck={checks.ask}
        >
          <Checks {...checking} />
        </CheckStep>
        <Step place={4} state={states[3]} title={t('channels.step.test')}>
          <NumberTest account={account} />
        </Step>
      </Steps>
    </section>
  )
}

/** Which steps are done; the first that is not is the one to do now. Nothing is known of the later ones before the first check. */
function stepStates(
  { problem }: WhatsAppNumberView,
  view: ChecksView | undefined,
): readonly [StepState, StepState, StepState, StepState] {
  const wrong = view?.checks.filter(({ ok }) => !ok).map(({ id }) => id)
  const done = [
    problem === undefined,
    wrong?.includes('webhook') === false,
    wrong?.every((id) => id === 'signature') === true,
    wrong?.includes('signature') === false,
  ]
  const now = view === undefined && problem === undefined ? -1 : done.indexOf(false)
  const stateOf = (place: number): StepState => (done[place] === true ? 'done' : place === now ? 'now' : 'later')
  return [stateOf(0), stateOf(1), stateOf(2), stateOf(3)]
}

function nameOf({ displayNumber, account }: WhatsAppNumberView): string {
  return displayNumber === '' ? account : displayNumber
}
