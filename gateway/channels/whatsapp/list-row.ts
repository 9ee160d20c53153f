import type { Choice } from './choices.ts'
import { messageLimits } from './message-limits.ts'
import { spokenId } from './spoken-id.ts'

/** A row as Meta takes it. A description with nothing in it is absent. */
export type ListRow = {
  readonly id: string
  readonly title: string
  readonly description?: string
}

const between = ' · '

/** A choice as a row of a list; absent when its words would not stand there whole, in the title or below it. */
export function asRow({ send, label, short, details }: Choice): ListRow | undefined {
  const whole = [label, short].find((each) => each !== undefined && each.length <= messageLimits.rowTitle)
  const title = whole ?? cutAtWord(label, messageLimits.rowTitle)
  const id = spokenId(send, messageLimits.rowId)
  if (title === undefined || id === undefined) return undefined
  if (whole === undefined && label.length > messageLimits.rowDescription) return undefined
  const description = asManyAsFit([...(title === label ? [] : [label]), ...details])
  return { id, title, ...(description === '' ? {} : { description }) }
}

/** As many whole words as fit with an ellipsis behind them; absent when not even one does. */
function cutAtWord(text: string, max: number): string | undefined {
  const room = text.slice(0, max)
  const end = room.lastIndexOf(' ')
  const words = (end < 0 ? '' : room.slice(0, end)).replace(/[\s\p{P}]+$/u, '')
  return words === '' ? undefined : `${words}…`
}

function asManyAsFit(pieces: readonly string[]): string {
  let line = ''
  for (const piece of pieces) {
    const longer = line === '' ? piece : `${line}${between}${piece}`
    if (longer.length > messageLimits.rowDescription) break
    line = longer
  }
  return line
}
