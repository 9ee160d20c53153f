import { stringify } from 'yaml'
import { asyncApi } from './asyncapi.ts'
import { typeOf } from './event-names.ts'
import { dataSchema } from './json-schemas.ts'
import { publicNames } from './schemas.ts'

/** Everything published about the lead events, by its name in `docs/lead-events/`: a schema a type, and the AsyncAPI document. */
export function publishedDocuments(): ReadonlyMap<string, string> {
  const schemas = publicNames.map((name) => {
    return [`schemas/${typeOf(name)}.json`, `${JSON.stringify(dataSchema(name), null, 2)}\n`] as const
  })
  return new Map([
    ...schemas,
    ['asyncapi.yaml', stringify(asyncApi(), { aliasDuplicateObjects: false, lineWidth: 120 })],
  ])
}
