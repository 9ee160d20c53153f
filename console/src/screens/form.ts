/** The trimmed text of a form's field; empty for a file or a field that is not there. */
export function fieldOf(form: FormData, name: string): string {
  return rawFieldOf(form, name).trim()
}

/** The text of a field as it was typed: a password may begin with a space. */
export function rawFieldOf(form: FormData, name: string): string {
  const value = form.get(name)
  return typeof value === 'string' ? value : ''
}
