import type { z } from 'zod'
import { GraphError } from './graph-error.ts'

/**
 * The refusal Meta gives for a body of the wrong shape. A missing part of a message is 131008, a value of an interactive message 131009, an
 * addressee or product that is missing, an unknown part and a text that is too long 100.
 */
export function refusalOfShape(error: z.ZodError, body: unknown): GraphError {
  const [issue] = error.issues
  if (issue === undefined) return new GraphError(100)
  const [root = '', ...rest] = issue.path.map(String)
  const name = rest.reduce((text, each) => `${text}['${each}']`, root)
  if (issue.code === 'unrecognized_keys') {
    return new GraphError(100, `Unexpected key "${issue.keys.join('", "')}"${root === '' ? '' : ` on param "${name}"`}`)
  }
  if (valueAt(body, issue.path) === undefined && issue.code !== 'custom') {
    if (root === 'messaging_product') return new GraphError(100, 'The parameter messaging_product is required.')
    return new GraphError(131008, `Parameter ${name} is mandatory.`)
  }
  if (root === 'interactive' || issue.code === 'custom') return new GraphError(131009, `${name}: ${issue.message}`)
  if (issue.code === 'too_big')
    return new GraphError(100, `Param ${name} must be at most ${issue.maximum} characters long.`)
  return new GraphError(issue.code === 'invalid_format' ? 131009 : 100, `Param ${name}: ${issue.message}`)
}

function valueAt(body: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    body,
  )
}
