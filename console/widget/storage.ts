/** Small strings that outlive a page. */
export interface KeyValueStore {
  get(key: string): string | undefined
  set(key: string, value: string): void
  remove(key: string): void
  keys(prefix: string): readonly string[]
}

/** localStorage, or memory where the browser forbids it (private windows, blocked cookies, full): then only a reload forgets. */
export function browserStore(): KeyValueStore {
  const memory = memoryStore()
  return {
    get: (key) => attempt(() => window.localStorage.getItem(key)) ?? memory.get(key),
    set: (key, value) => {
      memory.set(key, value)
      attempt(() => window.localStorage.setItem(key, value))
    },
    remove: (key) => {
      memory.remove(key)
      attempt(() => window.localStorage.removeItem(key))
    },
    keys: (prefix) => {
      const stored = attempt(() => Object.keys(window.localStorage)) ?? []
      return [...new Set([...stored, ...memory.keys('')])].filter((key) => key.startsWith(prefix))
    },
  }
}

/** The same in memory. */
export function memoryStore(): KeyValueStore {
  const values = new Map<string, string>()
  return {
    get: (key) => values.get(key),
    set: (key, value) => void values.set(key, value),
    remove: (key) => void values.delete(key),
    keys: (prefix) => [...values.keys()].filter((key) => key.startsWith(prefix)),
  }
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read() ?? undefined
  } catch {
    return undefined
  }
}
