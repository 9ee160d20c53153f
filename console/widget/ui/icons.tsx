/** @jsxImportSource preact */

const paths = {
  assistant: 'M12 3v3M12 18v3M3 12h3M18 12h3M12 8.5 13.2 10.8 15.5 12l-2.3 1.2L12 15.5l-1.2-2.3L8.5 12l2.3-1.2z',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 20.5c.8-3.6 3.8-5.5 7.5-5.5s6.7 1.9 7.5 5.5',
  waiting: 'M12 7v5l3 2M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z',
  trouble: 'M12 8v5M12 16.5v.1M12 3 2.5 20h19z',
  offline:
    'M3 3l18 18M8.5 15.5a5 5 0 0 1 5.6-1M5 12a10 10 0 0 1 4-2.4M2 8.6a15 15 0 0 1 5-3M12 5a15 15 0 0 1 10 3.6M15.5 10.2A10 10 0 0 1 19 12M12 19.5v.1',
  close: 'M6 6l12 12M18 6 6 18',
  send: 'M5 12h13M12.5 6l6 6-6 6',
  down: 'm6 9.5 6 6 6-6',
  tick: 'm5 12.5 4.5 4.5L19 7.5',
  ticks: 'm2 12.5 4.5 4.5L16 7.5M11.5 16l1 1L22 7.5',
  calendar:
    'M4 9.5h16M8 3v4M16 3v4M5.5 5h13A1.5 1.5 0 0 1 20 6.5v12a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 4 18.5v-12A1.5 1.5 0 0 1 5.5 5Z',
  place: 'M12 21s7-6.2 7-11.5A7 7 0 0 0 5 9.5C5 14.8 12 21 12 21ZM12 12a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z',
  calculation:
    'M6 3h12a1 1 0 0 1 1 1v16a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1ZM8.5 7h7M8.5 12h.1M12 12h.1M15.5 12h.1M8.5 16.5h.1M12 16.5h.1M15.5 16.5h.1',
} as const

/** Name of a drawn icon. */
export type IconName = keyof typeof paths

/** A line icon of 16 px that never speaks: words beside it do. `flips` mirrors it in right-to-left. */
export function Icon({ name, flips = false }: { readonly name: IconName; readonly flips?: boolean }) {
  return (
    <svg class={flips ? 'icon flips' : 'icon'} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  )
}
