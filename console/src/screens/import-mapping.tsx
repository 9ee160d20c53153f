import { Play } from 'lucide-react'
import { useState } from 'react'
import type { ImportColumn, ImportView } from '#gateway/protocol.ts'
import type { ImportStart } from '../connection/imports.ts'
import { twiceChosen } from '../stores/import-fields.ts'
import { count } from '../text/format.ts'
import { Button } from '../ui/button.tsx'
import { useT } from '../ui/context.tsx'
import { Select, TextField } from '../ui/field.tsx'

interface MappingProps {
  readonly view: ImportView
  readonly onRun: (start: ImportStart) => Promise<void>
  readonly onOther: () => void
}

/** Each column: its header, what stands in it, what it means, how sure the recogniser is. */
export function ImportMapping({ view, onRun, onOther }: MappingProps) {
  const t = useT()
  const [chosen, setChosen] = useState<readonly string[]>(() => view.columns.map((column) => column.field ?? ''))
  const [city, setCity] = useState('')
  const [busy, setBusy] = useState(false)
  const twice = twiceChosen(chosen)
  const labelOf = (field: string) => view.choices?.find((each) => each.field === field)?.label ?? field
  const needsCity = view.kind === 'listings' && !chosen.includes('city')
  const missing = (view.missing ?? []).filter(
    (field) => !chosen.includes(field) && !(field === 'city' && city.trim() !== ''),
  )
  const run = async () => {
    setBusy(true)
    const columns = chosen.map((field, index) => ({ index, ...(field === '' ? {} : { field }) }))
    await onRun({ id: view.id, columns, ...(city.trim() === '' ? {} : { city: city.trim() }) })
    setBusy(false)
  }
  return (
    <section aria-labelledby="mapping">
      <h2 id="mapping" className="font-semibold">
        {t('import.mapping')}
      </h2>
      <p className="mb-3 text-ink-2">{t('import.mapping-hint', { rows: count(view.rows), name: view.fileName })}</p>
      <ColumnTable view={view} chosen={chosen} onChoose={(index, field) => setChosen(chosen.with(index, field))} />
      {twice === undefined ? null : (
        <p role="alert" className="mt-3 text-trouble">
          {t('import.twice', { field: labelOf(twice) })}
        </p>
      )}
      {needsCity ? (
        <div className="mt-4 max-w-xs">
          <TextField
            label={t('import.city')}
            hint={t('import.city-hint')}
            value={city}
            onChange={(event) => setCity(event.target.value)}
          />
        </div>
      ) : null}
      {missing.length === 0 ? null : (
        <p role="alert" className="mt-3 text-trouble">
          {t('import.missing', { fields: missing.map(labelOf).join(', ') })}
        </p>
      )}
      <div className="mt-5 flex gap-2">
        <Button
          look="primary"
          icon={Play}
          busy={busy}
          disabled={twice !== undefined || missing.length > 0}
          onClick={() => void run()}
        >
          {t('import.run', { rows: count(view.rows) })}
        </Button>
        <Button onClick={onOther}>{t('import.other')}</Button>
      </div>
    </section>
  )
}

interface TableProps {
  readonly view: ImportView
  readonly chosen: readonly string[]
  readonly onChoose: (index: number, field: string) => void
}

function ColumnTable({ view, chosen, onChoose }: TableProps) {
  const t = useT()
  return (
    <div className="relative overflow-x-auto" tabIndex={0} role="region" aria-labelledby="mapping">
      <table className="w-full min-w-[640px] border-collapse text-left">
        <thead className="text-[12.5px] text-ink-3">
          <tr className="border-b border-line">
            <th className="py-2 pr-4 font-medium">{t('import.column')}</th>
            <th className="py-2 pr-4 font-medium">{t('import.examples')}</th>
            <th className="py-2 pr-4 font-medium">{t('import.field')}</th>
            <th className="py-2 font-medium">{t('import.sure')}</th>
          </tr>
        </thead>
        <tbody>
          {view.columns.map((column) => (
            <ColumnRow
              key={column.index}
              column={column}
              choices={view.choices ?? []}
              field={chosen[column.index] ?? ''}
              onChoose={(field) => onChoose(column.index, field)}
            />
          ))}
        </tbody>
      </table>
    </div>
  )
}

interface RowProps {
  readonly column: ImportColumn
  readonly choices: NonNullable<ImportView['choices']>
  readonly field: string
  readonly onChoose: (field: string) => void
}

function ColumnRow({ column, choices, field, onChoose }: RowProps) {
  const t = useT()
  const changed = field !== (column.field ?? '')
  const sure = column.confidence >= 0.9 ? 'high' : column.confidence >= 0.6 ? 'some' : 'low'
  return (
    <tr className="border-b border-line align-top">
      <td className="py-2.5 pr-4 font-medium">{column.header}</td>
      <td className="max-w-72 py-2.5 pr-4 text-ink-2">
        {column.examples.slice(0, 3).map((example, index) => (
          <span key={index} className="block truncate">
            {example}
          </span>
        ))}
      </td>
      <td className="py-2 pr-4">
        <Select
          label={`${t('import.field')}: ${column.header}`}
          value={field}
          options={[
            { value: '', label: t('import.keep') },
            ...choices.map((choice) => ({ value: choice.field, label: choice.label })),
          ]}
          onChange={onChoose}
        />
      </td>
      <td className={`tabular py-2.5 ${sure === 'low' && field !== '' && !changed ? 'text-trouble' : 'text-ink-2'}`}>
        {changed
          ? t('import.by-you')
          : field === ''
            ? '–'
            : `${t(`import.sure-${sure}`)} · ${Math.round(column.confidence * 100)}%`}
      </td>
    </tr>
  )
}
