import { CircleAlert, CircleCheck, Hourglass, UserCheck, X } from 'lucide-react'
import type { Toast } from '../stores/toasts.ts'
import { useClient, useStore, useT } from '../ui/context.tsx'

const icons = { done: CircleCheck, trouble: CircleAlert, waiting: Hourglass, person: UserCheck } as const
const colours = {
  done: 'text-person',
  trouble: 'text-trouble',
  waiting: 'text-waiting',
  person: 'text-person',
} as const

/** Short messages, read out politely; the newest at the bottom. */
export function ToastList() {
  const client = useClient()
  const t = useT()
  const toasts = useStore(client.toasts.state)
  return (
    <div
      role="region"
      aria-label={t('toasts')}
      aria-live="polite"
      className="pointer-events-none fixed right-3 bottom-3 z-50 flex w-[min(380px,calc(100vw-24px))] flex-col gap-2 max-md:bottom-17"
    >
      {toasts.map((toast) => (
        <ToastCard key={toast.id} toast={toast} />
      ))}
    </div>
  )
}

function ToastCard({ toast }: { readonly toast: Toast }) {
  const t = useT()
  const client = useClient()
  const Icon = icons[toast.tone]
  const { action } = toast
  const close = () => client.toasts.dismiss(toast.id)
  return (
    <div className="appear pointer-events-auto flex items-start gap-2.5 rounded-box bg-surface py-2.5 pr-2 pl-3 shadow-float">
      <Icon size={17} className={`mt-0.5 shrink-0 ${colours[toast.tone]}`} aria-hidden />
      <p className="min-w-0 flex-1 break-words">{toast.text}</p>
      {action === undefined ? null : (
        <button
          type="button"
          className="shrink-0 rounded-[5px] px-1.5 font-semibold text-accent-ink hover:bg-accent-soft"
          onClick={() => {
            action.run()
            close()
          }}
        >
          {action.label}
        </button>
      )}
      <button
        type="button"
        aria-label={t('close')}
        onClick={close}
        className="shrink-0 rounded-[5px] p-0.5 text-ink-3 hover:bg-sunken"
      >
        <X size={15} aria-hidden />
      </button>
    </div>
  )
}
