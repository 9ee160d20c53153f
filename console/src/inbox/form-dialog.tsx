import { ClipboardList } from 'lucide-react'
import { useCallback, useState } from 'react'
import type { KnownForm } from '#gateway/protocol.ts'
import { refusalText } from '../text/refusal.ts'
import { useT } from '../ui/context.tsx'
import { Select, TextField } from '../ui/field.tsx'
import { useLoaded } from '../ui/loaded.tsx'
import { fits, isFlowId, isScreen, offerLimits } from './offer-form.ts'
import { ButtonPreview, LimitedLine, LimitedText, OfferFrame, type OfferDialogProps } from './offer-frame.tsx'

const emoji = /\p{Extended_Pictographic}/u

/** Sends a form of WhatsApp's: one the workspace has sent before, or another by its id. */
export function FormDialog(props: OfferDialogProps) {
  const t = useT()
  const [flowId, setFlowId] = useState('')
  const [label, setLabel] = useState('')
  const [text, setText] = useState('')
  const [screen, setScreen] = useState('')
  const choose = (form: KnownForm | undefined) => {
    setFlowId(form?.flowId ?? '')
    setLabel(form?.label ?? '')
    setText(form?.text ?? '')
    setScreen(form?.screen ?? '')
  }
  const hasEmoji = emoji.test(label)
  const isWhole =
    fits(text, offerLimits.text) && fits(label, offerLimits.label) && !hasEmoji && isFlowId(flowId) && isScreen(screen)
  const begin = screen.trim() === '' ? {} : { screen: screen.trim() }
  const made = { kind: 'flow', text: text.trim(), flowId: flowId.trim(), label: label.trim(), ...begin } as const
  return (
    <OfferFrame
      kind="flow"
      hint={t('offer.flow.hint')}
      offer={isWhole ? made : undefined}
      fields={
        <>
          <KnownForms flowId={flowId} onChoose={choose} />
          <LimitedText label={t('offer.text')} value={text} max={offerLimits.text} onPut={setText} />
          <LimitedLine
            label={t('offer.label')}
            value={label}
            max={offerLimits.label}
            onPut={setLabel}
            required
            {...(hasEmoji ? { problem: t('offer.form.label-emoji') } : {})}
          />
          <TextField
            label={t('offer.form.id')}
            hint={t('offer.form.id-hint')}
            inputMode="numeric"
            value={flowId}
            maxLength={64}
            required
            {...(flowId.trim() !== '' && !isFlowId(flowId) ? { problem: t('offer.form.id-wrong') } : {})}
            onChange={(event) => setFlowId(event.target.value)}
          />
          <TextField
            label={t('offer.form.screen')}
            value={screen}
            maxLength={80}
            {...(isScreen(screen) ? {} : { problem: t('offer.form.screen-wrong') })}
            onChange={(event) => setScreen(event.target.value)}
          />
        </>
      }
      preview={<ButtonPreview text={text} button={label} icon={ClipboardList} />}
      {...props}
    />
  )
}

/** Those the workspace has sent, to fill the fields with. */
function KnownForms({
  flowId,
  onChoose,
}: {
  readonly flowId: string
  readonly onChoose: (form: KnownForm | undefined) => void
}) {
  const t = useT()
  const options = useCallback(() => ({ command: { type: 'form.list' } as const }), [])
  const { value = [], problem } = useLoaded(options)
  if (problem !== undefined) return <p className="text-[13px] text-ink-2">{refusalText(problem, t)}</p>
  if (value.length === 0) return null
  const known = value.map((form) => ({ value: form.flowId, label: `${form.label} (${form.flowId})` }))
  return (
    <Select
      label={t('offer.form.known')}
      labelled
      value={value.some((form) => form.flowId === flowId) ? flowId : ''}
      options={[{ value: '', label: t('offer.form.new') }, ...known]}
      onChange={(id) => onChoose(value.find((form) => form.flowId === id))}
    />
  )
}
