import { CircleAlert, CircleCheck, Download } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { ImportView } from '#gateway/protocol.ts'
import { downloadRejects, readImport } from '../connection/imports.ts'
import { count } from '../text/format.ts'
import { Button } from '../ui/button.tsx'
import { useClient, useT } from '../ui/context.tsx'
import { ProgressBar } from '../ui/progress-bar.tsx'

const pollMs = 400

/** Progress, then what became of every row. */
export function ImportRun({ first, onAgain }: { readonly first: ImportView; readonly onAgain: () => void }) {
  const t = useT()
  const client = useClient()
  const view = useProgress(first)
  const running = view.status === 'running'
  const share = view.rows === 0 ? 0 : view.done / view.rows
  const title = running
    ? t('import.running', { name: view.fileName })
    : view.status === 'failed'
      ? t('import.failed')
      : t('import.done', { name: view.fileName })
  return (
    <div className="mx-auto max-w-xl">
      <h2 className="flex items-center gap-2 font-semibold">
        {view.status === 'done' ? <CircleCheck size={17} className="text-person" aria-hidden /> : null}
        {view.status === 'failed' ? <CircleAlert size={17} className="text-trouble" aria-hidden /> : null}
        {title}
      </h2>
      {view.problem === undefined ? null : <p className="mt-1 text-trouble">{view.problem}</p>}
      <ProgressBar
        label={title}
        share={share}
        text={t('import.progress', { done: count(view.done), rows: count(view.rows) })}
      />
      <dl className="mt-5 grid grid-cols-2 gap-px overflow-hidden rounded-box border border-line bg-line md:grid-cols-4">
        {(['created', 'updated', 'unchanged', 'rejected'] as const).map((each) => (
          <div key={each} className="bg-surface px-4 py-3">
            <dt className="text-[12.5px] text-ink-3">{t(`import.${each}`)}</dt>
            <dd
              className={`tabular text-[20px] font-semibold ${each === 'rejected' && view.rejected > 0 ? 'text-trouble' : ''}`}
            >
              {count(view[each])}
            </dd>
          </div>
        ))}
      </dl>
      {view.rejected > 0 && !running ? <p className="mt-3 text-ink-2">{t('import.rejects-hint')}</p> : null}
      {running ? null : (
        <div className="mt-4 flex flex-wrap gap-2">
          {view.rejected > 0 ? (
            <Button icon={Download} onClick={() => void save(client, view)}>
              {t('import.rejects')}
            </Button>
          ) : null}
          {view.kind === 'leads' ? (
            <Button onClick={() => client.go({ screen: 'leads', filter: {} })}>{t('import.see')}</Button>
          ) : null}
          <Button onClick={onAgain}>{t('import.again')}</Button>
        </div>
      )}
    </div>
  )
}

function useProgress(first: ImportView): ImportView {
  const client = useClient()
  const [view, setView] = useState(first)
  useEffect(() => {
    if (view.status !== 'running') return undefined
    const timer = setTimeout(() => {
      const ask = async () => {
        const result = await readImport(client, view.id)
        // A line that is down for a moment is asked again: the same view in a new object runs this effect once more.
        setView(result.ok ? result.value : { ...view })
      }
      void ask()
    }, pollMs)
    return () => clearTimeout(timer)
  }, [client, view])
  return view
}

async function save(client: ReturnType<typeof useClient>, view: ImportView): Promise<void> {
  const file = await downloadRejects(client, view.id)
  if (file === undefined) {
    client.showProblem({ code: 'unavailable', message: '', retry: 'later' })
    return
  }
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = `${view.fileName.replace(/\.csv$/i, '')}.rejected.csv`
  link.click()
  URL.revokeObjectURL(link.href)
}
