import { FileUp } from 'lucide-react'
import { useRef, useState } from 'react'
import type { ImportView, ProblemReport } from '#gateway/protocol.ts'
import { previewImport, startImport, type ImportStart } from '../connection/imports.ts'
import { Button } from '../ui/button.tsx'
import { useClient, useT } from '../ui/context.tsx'
import { Page } from '../ui/states.tsx'
import { ImportMapping } from './import-mapping.tsx'
import { ImportRun } from './import-run.tsx'

/** A file in: choose it, see how its columns are understood, run it, get back what was rejected. */
export function ImportScreen() {
  const t = useT()
  const client = useClient()
  const [view, setView] = useState<ImportView>()
  const [problem, setProblem] = useState<ProblemReport>()
  const [reading, setReading] = useState<string>()
  const read = async (file: File, kind: ImportView['kind']) => {
    setReading(file.name)
    setProblem(undefined)
    const result = await previewImport(client, file, kind)
    setReading(undefined)
    if (result.ok) setView(result.value)
    else setProblem(result.error)
  }
  const run = async (start: ImportStart) => {
    const result = await startImport(client, start)
    if (result.ok) setView(result.value)
    else client.showProblem(result.error)
  }
  return (
    <Page title={t('import.title')}>
      {view === undefined ? (
        <Choose reading={reading} problem={problem} onFile={(file, kind) => void read(file, kind)} />
      ) : view.status === 'preview' ? (
        <ImportMapping view={view} onRun={run} onOther={() => setView(undefined)} />
      ) : (
        <ImportRun first={view} onAgain={() => setView(undefined)} />
      )}
    </Page>
  )
}

interface ChooseProps {
  readonly reading: string | undefined
  readonly problem: ProblemReport | undefined
  readonly onFile: (file: File, kind: ImportView['kind']) => void
}

function Choose({ reading, problem, onFile }: ChooseProps) {
  const t = useT()
  const [kind, setKind] = useState<ImportView['kind']>('leads')
  const [over, setOver] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  return (
    <div className="mx-auto max-w-xl">
      <p className="text-ink-2">{t('import.hint')}</p>
      <fieldset className="my-4">
        <legend className="mb-1.5 text-[13px] font-medium">{t('import.kind')}</legend>
        <div className="flex gap-5">
          {(['leads', 'listings'] as const).map((each) => (
            <label key={each} className="flex items-center gap-2">
              <input
                type="radio"
                name="kind"
                checked={kind === each}
                onChange={() => setKind(each)}
                className="size-4 accent-accent"
              />
              {t(`import.${each}`)}
            </label>
          ))}
        </div>
      </fieldset>
      <div
        onDragOver={(event) => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault()
          setOver(false)
          const [file] = event.dataTransfer.files
          if (file !== undefined) onFile(file, kind)
        }}
        className={`flex flex-col items-center gap-3 rounded-box border border-dashed p-10 text-center ${over ? 'border-focus bg-accent-soft' : 'border-field bg-surface'}`}
      >
        <FileUp size={24} className="text-ink-3" aria-hidden />
        <Button look="primary" busy={reading !== undefined} onClick={() => input.current?.click()}>
          {reading === undefined ? t('import.drop') : t('import.reading', { name: reading })}
        </Button>
        <input
          ref={input}
          type="file"
          accept=".csv,text/csv"
          aria-label={t('import.drop')}
          className="sr-only"
          tabIndex={-1}
          onChange={(event) => {
            const [file] = event.target.files ?? []
            if (file !== undefined) onFile(file, kind)
            event.target.value = ''
          }}
        />
        <p className="text-[13px] text-ink-3">{t('import.limit')}</p>
      </div>
      {problem === undefined ? null : (
        <p role="alert" className="mt-3 text-trouble">
          {problem.message}
        </p>
      )}
    </div>
  )
}
