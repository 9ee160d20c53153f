import { describe, expect, it } from 'vitest'
import { fieldRows } from './schema-table.ts'

describe('a schema as rows', () => {
  it('names nested fields by their path, says what is required and what the limits are', () => {
    const schema = {
      type: 'object',
      required: ['email'],
      properties: {
        email: { type: 'string', format: 'email', maxLength: 254 },
        budget: { type: 'integer', minimum: 0, maximum: 9007199254740991 },
        visits: { type: 'array', items: { type: 'object', properties: { at: { type: 'number' } } } },
        role: { enum: ['admin', 'manager'] },
      },
    }
    expect(fieldRows(schema)).toEqual([
      [
        { name: 'email', type: 'string (email)', required: true, limits: 'at most 254 characters' },
        { name: 'budget', type: 'integer', required: false, limits: 'from 0' },
        { name: 'visits', type: 'list of object', required: false, limits: '' },
        { name: 'visits[].at', type: 'number', required: false, limits: '' },
        { name: 'role', type: 'any', required: false, limits: 'one of "admin", "manager"' },
      ],
    ])
  })

  it('keeps alternatives apart, and a schema that is no object as one unnamed field', () => {
    const either = { anyOf: [{ type: 'object', properties: { code: { type: 'string' } } }, { type: 'string' }] }
    expect(fieldRows(either).map((rows) => rows.map((row) => row.name))).toEqual([['code'], ['']])
  })
})
