/** Finding a command by a few letters. Pure. */
export interface Command {
  readonly id: string
  readonly label: string
  readonly group: string
  readonly keys?: string
  readonly run: () => void
}

/** Commands that contain the words, in order of how early they match; all of them for no words. */
export function findCommands(commands: readonly Command[], words: string): readonly Command[] {
  const wanted = words.trim().toLowerCase()
  if (wanted === '') return commands
  return commands
    .map((command) => ({ command, score: scoreOf(command.label.toLowerCase(), wanted) }))
    .filter((each) => each.score > 0)
    .sort((one, other) => other.score - one.score)
    .map((each) => each.command)
}

function scoreOf(label: string, wanted: string): number {
  if (label.startsWith(wanted)) return 4
  if (label.includes(` ${wanted}`)) return 3
  if (label.includes(wanted)) return 2
  let place = -1
  for (const letter of wanted) {
    place = label.indexOf(letter, place + 1)
    if (place < 0) return 0
  }
  return 1
}
