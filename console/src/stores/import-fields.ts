/** A field that two columns were given, which cannot be. Empty is no field. */
export function twiceChosen(fields: readonly string[]): string | undefined {
  return fields.find((field, index) => field !== '' && fields.indexOf(field) !== index)
}
