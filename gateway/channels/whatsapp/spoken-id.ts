const mark = 'say:'

/** The id of a button or row that says these words when it is tapped; undefined where they are longer than `max` allows. */
export function spokenId(words: string, max: number): string | undefined {
  const id = `${mark}${words}`
  return id.length > max ? undefined : id
}

/** What a tapped button or row says: its own words where we gave it some, else undefined. Buttons made elsewhere have ids of any kind. */
export function wordsOfId(id: unknown): string | undefined {
  return typeof id === 'string' && id.startsWith(mark) ? id.slice(mark.length) : undefined
}
