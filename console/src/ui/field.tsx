import { useId, type ComponentProps, type ReactNode } from 'react'

/** The look of anything one types into. */
export const fieldLook =
  'w-full rounded-box border border-field bg-surface px-3 text-ink placeholder:text-ink-3 hover:border-ink-3 focus:border-focus disabled:opacity-60'

interface LabelledProps {
  readonly label: string
  readonly hint?: string
  readonly problem?: string
}

/** A labelled text field; its problem is read out with it. */
export function TextField({ label, hint, problem, ...rest }: LabelledProps & ComponentProps<'input'>) {
  const id = useId()
  const told = problem ?? hint
  return (
    <Labelled
      id={id}
      label={label}
      {...(hint === undefined ? {} : { hint })}
      {...(problem === undefined ? {} : { problem })}
    >
      <input
        id={id}
        {...rest}
        aria-invalid={problem !== undefined}
        aria-describedby={told === undefined ? undefined : `${id}-told`}
        className={`${fieldLook} h-9`}
      />
    </Labelled>
  )
}

/** A labelled text area. */
export function TextArea({ label, hint, problem, className, ...rest }: LabelledProps & ComponentProps<'textarea'>) {
  const id = useId()
  return (
    <Labelled
      id={id}
      label={label}
      {...(hint === undefined ? {} : { hint })}
      {...(problem === undefined ? {} : { problem })}
    >
      <textarea
        id={id}
        rows={3}
        {...rest}
        aria-invalid={problem !== undefined}
        aria-describedby={(problem ?? hint) === undefined ? undefined : `${id}-told`}
        className={`${fieldLook} py-2 ${className ?? ''}`}
      />
    </Labelled>
  )
}

function Labelled(props: LabelledProps & { readonly id: string; readonly children: ReactNode }) {
  const told = props.problem ?? props.hint
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={props.id} className="text-[13px] font-medium">
        {props.label}
      </label>
      {props.children}
      {told === undefined ? null : (
        <p
          id={`${props.id}-told`}
          className={`text-[12.5px] ${props.problem === undefined ? 'text-ink-3' : 'text-trouble'}`}
        >
          {told}
        </p>
      )}
    </div>
  )
}

export interface Option<Value extends string> {
  readonly value: Value
  readonly label: string
}

interface SelectProps<Value extends string> {
  readonly label: string
  readonly value: Value
  readonly options: readonly Option<Value>[]
  readonly onChange: (value: Value) => void
  /** Shows the label above; otherwise it is only its name. */
  readonly labelled?: boolean
  readonly className?: string
}

/** A choice of one: the platform's own list, which works everywhere. */
export function Select<Value extends string>(props: SelectProps<Value>) {
  const id = useId()
  return (
    <div className={`flex flex-col gap-1 ${props.className ?? ''}`}>
      <label htmlFor={id} className={props.labelled === true ? 'text-[13px] font-medium' : 'sr-only'}>
        {props.label}
      </label>
      <select
        id={id}
        value={props.value}
        onChange={(event) => {
          const chosen = props.options.find((option) => option.value === event.target.value)
          if (chosen !== undefined) props.onChange(chosen.value)
        }}
        className="h-8 max-w-60 rounded-box border border-line-strong bg-surface px-2 text-[13px] text-ink hover:bg-hover"
      >
        {props.options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  )
}

interface SwitchProps {
  readonly label: string
  readonly hint?: string
  readonly on: boolean
  readonly onChange: (on: boolean) => void
}

/** On or off, said in words to a screen reader. */
export function Switch({ label, hint, on, onChange }: SwitchProps) {
  const id = useId()
  return (
    <div className="flex items-center justify-between gap-4 py-3">
      <div>
        <p id={id} className="font-medium">
          {label}
        </p>
        {hint === undefined ? null : <p className="text-[13px] text-ink-3">{hint}</p>}
      </div>
      <button
        type="button"
        role="switch"
        aria-checked={on}
        aria-labelledby={id}
        onClick={() => onChange(!on)}
        className={`relative h-6 w-10 shrink-0 rounded-full border transition-colors duration-100 ${on ? 'border-accent bg-accent' : 'border-field bg-sunken'}`}
      >
        <span
          className={`absolute top-[3px] size-4 rounded-full transition-[left] duration-100 ${on ? 'left-[19px] bg-on-accent' : 'left-[3px] bg-ink-3'}`}
        />
      </button>
    </div>
  )
}
