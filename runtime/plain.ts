import type { Json } from './json.ts'

/** What became of a value on its way to JSON. */
export interface Plain {
  readonly json: Json
  /** Its size as UTF-8 JSON; escapes are not counted. */
  readonly bytes: number
  /** An `Error` was encoded as `{ $error, message }`, so what is read back differs from what was given. */
  readonly encoded: boolean
}

/** Deeper values are refused, so that a hostile one can't exhaust the stack. */
const depthMax = 64

/**
 * A value as JSON, without copying the parts that are JSON already. Fields that are `undefined` are left out and errors are encoded.
 * Throws a `TypeError` that names the path of anything that would not survive: functions, dates, maps, class instances, NaN.
 */
export function plain(value: unknown, name: string): Plain {
  const walk = new Walk()
  try {
    const json = walk.any(value, 0)
    return { json, bytes: walk.bytes, encoded: walk.encoded }
  } catch (error) {
    if (error instanceof Unstorable) throw error.at(name)
    throw error
  }
}

/** Finds its path on the way out, so that what is storable pays nothing for it. */
class Unstorable extends Error {
  readonly path: string[] = []

  at(name: string): TypeError {
    return new TypeError(`${[name, ...this.path].join('.')} is ${this.message} and cannot be stored as JSON`)
  }
}

/** An error as data: its name, message and, where it has one, its code. Takes errors that are data already. */
export function errorAsJson(error: unknown): {
  readonly name: string
  readonly message: string
  readonly code?: string
} {
  const text = (key: string): string | undefined => {
    const found: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, key) : undefined
    return typeof found === 'string' ? found : undefined
  }
  const code = text('code')
  const message = text('message') ?? (typeof error === 'string' ? error : 'unknown error')
  return { name: text('name') ?? 'Error', message, ...(code === undefined ? {} : { code }) }
}

class Walk {
  bytes = 0
  encoded = false

  any(value: unknown, depth: number): Json {
    switch (typeof value) {
      case 'string':
        this.bytes += Buffer.byteLength(value) + 2
        return value
      case 'number':
        if (!Number.isFinite(value)) throw new Unstorable(String(value))
        this.bytes += 8
        return value
      case 'boolean':
        this.bytes += 5
        return value
      case 'object':
        return value === null ? this.#nothing() : this.#structure(value, depth)
      default:
        throw new Unstorable(`a ${typeof value}`)
    }
  }

  #nothing(): null {
    this.bytes += 4
    return null
  }

  #structure(value: object, depth: number): Json {
    if (depth > depthMax) throw new Unstorable(`nested more than ${depthMax} deep`)
    this.bytes += 2
    if (Array.isArray(value)) return this.#array(value, depth)
    const prototype: unknown = Object.getPrototypeOf(value)
    if (prototype === Object.prototype || prototype === null) return this.#object(value, depth)
    if (!(value instanceof Error)) throw new Unstorable(`a ${value.constructor.name}`)
    this.encoded = true
    const { name, ...rest } = errorAsJson(value)
    return this.#object({ $error: name, ...rest }, depth)
  }

  #array(value: readonly unknown[], depth: number): Json {
    let copy: Json[] | undefined
    for (let index = 0; index < value.length; index++) {
      const before = value[index]
      const after = before === undefined ? this.#nothing() : this.#part(before, index, depth)
      this.bytes += 1
      if (after !== before) copy ??= value.slice() as Json[]
      if (copy !== undefined) copy[index] = after
    }
    return copy ?? (value as readonly Json[])
  }

  #object(value: object, depth: number): Json {
    const source = value as { readonly [key: string]: unknown }
    let copy: { [key: string]: Json } | undefined
    for (const key of Object.keys(source)) {
      const before = source[key]
      // XState marks actor references with this key, and would revive anything that carries it.
      if (key === 'xstate$$type') throw new Unstorable('a reference to an actor')
      if (before === undefined) {
        copy ??= { ...source } as { [key: string]: Json }
        delete copy[key]
        continue
      }
      const after = this.#part(before, key, depth)
      this.bytes += key.length + 4
      if (after !== before) copy ??= { ...source } as { [key: string]: Json }
      if (copy !== undefined) copy[key] = after
    }
    return copy ?? (source as { readonly [key: string]: Json })
  }

  #part(value: unknown, key: string | number, depth: number): Json {
    // Scalars have no path below them; only what can hold something needs one.
    if (typeof value === 'string') {
      this.bytes += Buffer.byteLength(value) + 2
      return value
    }
    try {
      return this.any(value, depth + 1)
    } catch (error) {
      if (error instanceof Unstorable) error.path.unshift(String(key))
      throw error
    }
  }
}
