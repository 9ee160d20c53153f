import { RotateCcw, Trash2, Undo2 } from 'lucide-react'
import { useState } from 'react'
import { parseEvent } from '../stores/event-text.ts'
import { Button } from '../ui/button.tsx'
import { useT } from '../ui/context.tsx'
import { TextArea } from '../ui/field.tsx'

interface MendProps {
  /** The event as it came, as JSON. */
  readonly original: string
  /** As somebody mended it before. */
  readonly mended?: string
  /** Resolves when the answer is there. `changed`: it is not as it came. */
  readonly onReplay: (text: string, changed: boolean) => Promise<void>
  readonly onDiscard: () => Promise<void>
}

/** Mends an event by hand and sends it again, or throws it away. Both ask nothing twice but the throwing. */
export function Mend({ original, mended, onReplay, onDiscard }: MendProps) {
  const t = useT()
  const [text, setText] = useState(mended ?? original)
  const [busy, setBusy] = useState(false)
  const [sure, setSure] = useState(false)
  const parsed = parseEvent(text)
  const replay = async () => {
    setBusy(true)
    await onReplay(text, text !== original)
    setBusy(false)
  }
  const problem = parsed.ok
    ? {}
    : { problem: parsed.reason === 'type' ? t('dead.needs-type') : t('dead.not-json', { reason: parsed.detail }) }
  return (
    <div className="mt-3 flex flex-col gap-2.5">
      <TextArea
        label={t('dead.event')}
        value={text}
        spellCheck={false}
        rows={Math.min(14, text.split('\n').length)}
        className="font-mono text-[12.5px]"
        onChange={(event) => setText(event.target.value)}
        {...problem}
      />
      <div className="flex flex-wrap gap-2">
        <Button look="primary" icon={RotateCcw} busy={busy} disabled={!parsed.ok} onClick={() => void replay()}>
          {t('dead.replay')}
        </Button>
        {text === original ? null : (
          <Button icon={Undo2} onClick={() => setText(original)}>
            {t('dead.restore')}
          </Button>
        )}
        <Button
          look="danger"
          icon={Trash2}
          onClick={() => (sure ? void onDiscard() : setSure(true))}
          onBlur={() => setSure(false)}
        >
          {sure ? t('dead.discard-sure') : t('dead.discard')}
        </Button>
      </div>
    </div>
  )
}
