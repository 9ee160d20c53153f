/** Who this browser is to the gateway: shared by all its tabs through localStorage. */
export interface Visitor {
  readonly token: string
  readonly conversation: string
}

/** Reads what an earlier page stored; anything else is nobody. */
export function parseVisitor(text: string | undefined): Visitor | undefined {
  if (text === undefined) return undefined
  try {
    const { token, conversation }: Partial<Visitor> = JSON.parse(text)
    return typeof token === 'string' && typeof conversation === 'string' ? { token, conversation } : undefined
  } catch {
    return undefined
  }
}
