import { fieldRows, type FieldRow } from './schema-table.ts'

/** What of an OpenAPI document the page shows. */
interface OpenApi {
  readonly info?: { readonly title?: string; readonly version?: string; readonly description?: string }
  readonly paths?: { readonly [path: string]: unknown }
}

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const

/** A page to read the HTTP side by, from its OpenAPI document: no script, nothing from elsewhere. */
export function docsPage(api: OpenApi): string {
  const operations = Object.entries(api.paths ?? {}).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = fieldOf(item, method)
      return operation === undefined ? [] : [section(method, path, operation)]
    }),
  )
  const title = escape(`${api.info?.title ?? ''} HTTP`)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<style>${style}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p>${escape(api.info?.description ?? '')} Machine-readable: <a href="/openapi.json">openapi.json</a>. Every error is a problem report:
<code>{ code, message, retry, retryAfterMs? }</code>. The live side (Socket.IO) is described in the gateway’s README.</p>
${operations.join('\n')}
</main>
</body>
</html>`
}

const style = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
section { border-top: 1px solid color-mix(in srgb, currentColor 20%, transparent); padding: 1rem 0; }
h2 { font-size: 1rem; margin: 0; } h2 b { display: inline-block; min-width: 4.5rem; }
.scroll { overflow-x: auto; border-radius: .5rem; background: color-mix(in srgb, currentColor 5%, transparent); }
table { border-collapse: collapse; width: 100%; font-size: 13px; }
td { padding: .3rem .75rem; text-align: start; vertical-align: top; border-top: 1px solid color-mix(in srgb, currentColor 8%, transparent); overflow-wrap: anywhere; }
tr:first-child td { border-top: 0; } td:first-child { width: 34%; } td:nth-child(2) { width: 22%; }
i { opacity: .75; } .or { margin: .25rem .75rem; }
h3 { font-size: .85rem; margin: .75rem 0 .25rem; }`

function section(method: string, path: string, operation: unknown): string {
  const parts = [
    `<h2><b>${method.toUpperCase()}</b> <code>${escape(path)}</code></h2>`,
    paragraph(fieldOf(operation, 'description')),
    security(fieldOf(operation, 'security')),
    parameters(fieldOf(operation, 'parameters')),
    block('Body', schemaIn(fieldOf(operation, 'requestBody'))),
    ...Object.entries(objectOf(fieldOf(operation, 'responses'))).map(([status, response]) =>
      block(`Answer ${status}`, schemaIn(response)),
    ),
  ]
  return `<section>${parts.join('\n')}</section>`
}

function paragraph(text: unknown): string {
  return typeof text === 'string' ? `<p>${escape(text)}</p>` : ''
}

function security(schemes: unknown): string {
  if (!Array.isArray(schemes)) return ''
  const names = schemes.flatMap((each) => Object.keys(objectOf(each)))
  return names.length === 0 ? '' : `<p>Bearer token of a ${escape(names.join(' or '))}.</p>`
}

function parameters(list: unknown): string {
  if (!Array.isArray(list) || list.length === 0) return ''
  const rows = list.flatMap((each: unknown): readonly FieldRow[] => {
    const row = fieldRows(fieldOf(each, 'schema'))[0]?.[0]
    const place = `${text(fieldOf(each, 'name'))} (${text(fieldOf(each, 'in'))})`
    return row === undefined ? [] : [{ ...row, name: place, required: fieldOf(each, 'required') === true }]
  })
  return `<h3>Parameters</h3>${table(rows)}`
}

function block(name: string, schema: unknown): string {
  if (schema === undefined) return ''
  const tables = fieldRows(schema).map(table).join('<p class="or">or</p>')
  return `<h3>${escape(name)}</h3>${tables}`
}

function table(rows: readonly FieldRow[]): string {
  const cells = rows.map(
    ({ name, type, required, limits }) =>
      `<tr><td><code>${escape(name)}</code>${required || name === '' ? '' : ' <i>optional</i>'}</td><td>${escape(type)}</td><td>${escape(limits)}</td></tr>`,
  )
  return `<div class="scroll" tabindex="0"><table><tbody>${cells.join('')}</tbody></table></div>`
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function schemaIn(holder: unknown): unknown {
  const [first] = Object.values(objectOf(fieldOf(holder, 'content')))
  return fieldOf(first, 'schema')
}

function fieldOf(value: unknown, field: string): unknown {
  return objectOf(value)[field]
}

function objectOf(value: unknown): { readonly [field: string]: unknown } {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (each) => `&#${each.charCodeAt(0)};`)
}
