/** How far something is, from 0 to 1, with the words that say it. */
export function ProgressBar({ label, share, text }: ProgressBarProps) {
  const percent = Math.round(share * 100)
  return (
    <>
      <div
        role="progressbar"
        aria-label={label}
        aria-valuenow={percent}
        aria-valuemin={0}
        aria-valuemax={100}
        className="mt-4 h-2 overflow-hidden rounded-full bg-sunken"
      >
        <div className="h-full bg-accent transition-[width] duration-100" style={{ width: `${share * 100}%` }} />
      </div>
      <p role="status" className="tabular mt-1.5 text-ink-2">
        {text}
      </p>
    </>
  )
}

interface ProgressBarProps {
  readonly label: string
  readonly share: number
  readonly text: string
}
