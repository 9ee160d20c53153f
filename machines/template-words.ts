/** A template's words with its variables filled in, in the order in which they first stand. A variable that is empty stays as it is written. */
export function filledBody(body: string, variables: readonly string[]): string {
  const places = placesIn(body)
  return body.replace(variable, (written, place: string) => {
    const value = variables[places.indexOf(place)]
    return value === undefined || value === '' ? written : value
  })
}

/** The names of a template's variables, `1` or `name`, in the order in which they first stand. */
export function placesIn(body: string): readonly string[] {
  return [...new Set([...body.matchAll(variable)].map(([, place = '']) => place))]
}

const variable = /\{\{\s*(\w+)\s*\}\}/gu
