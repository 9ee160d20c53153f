import { describe, expect, it } from 'vitest'
import type { ForecastView } from '#gateway/protocol.ts'
import { contactsIn, summaryCsv } from './forecast-text.ts'

describe('what the forecast page reads and writes', () => {
  it('finds numbers and addresses in a list or a table, each once', () => {
    const table =
      'Name,Phone,E-mail\n"Ana","+91 98450 12301",ana@example.com\nBela;98450-12302\nAna,+91 98450 12301\n12'
    expect(contactsIn(table)).toEqual(['+91 98450 12301', 'ana@example.com', '98450-12302'])
    expect(contactsIn('nobody here')).toEqual([])
  })

  it('writes the reasons with their counts, in words', () => {
    const result = {
      people: 1,
      outcomes: { send: 0, hold: 0, refuse: 1 },
      reasons: [{ reason: 'opted-out', outcome: 'refuse', count: 1, sample: [] }],
      cost: { micros: 0, currency: 'INR' },
      tookMs: 1,
    } as const
    const view = { result } as unknown as ForecastView
    expect(summaryCsv(view, () => 'said "no"')).toBe(
      'outcome,reason,in_words,people,first_at,last_at\nrefuse,opted-out,"said ""no""",1,,\n',
    )
  })
})
