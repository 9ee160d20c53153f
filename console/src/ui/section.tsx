import type { ReactNode } from 'react'

/** A part of the pane under a small title. */
export function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section>
      <h3 className="mb-1.5 text-[12.5px] font-medium text-ink-3">{title}</h3>
      {children}
    </section>
  )
}
