/** Times people mean when they say "later", in the reader's own zone. */
export interface SnoozeChoice {
  readonly name: 'hour' | 'evening' | 'tomorrow' | 'monday'
  readonly untilMs: number
}

/** What can be chosen now; this evening only while it is still ahead. */
export function snoozeChoices(nowMs: number): readonly SnoozeChoice[] {
  const at = (days: number, hour: number) => {
    const date = new Date(nowMs)
    date.setDate(date.getDate() + days)
    date.setHours(hour, 0, 0, 0)
    return date.getTime()
  }
  const untilMonday = (8 - new Date(nowMs).getDay()) % 7 || 7
  const choices: readonly SnoozeChoice[] = [
    { name: 'hour', untilMs: nowMs + 3_600_000 },
    { name: 'evening', untilMs: at(0, 18) },
    { name: 'tomorrow', untilMs: at(1, 9) },
    { name: 'monday', untilMs: at(untilMonday, 9) },
  ]
  return choices.filter((choice) => choice.untilMs > nowMs + 600_000 || choice.name === 'hour')
}
