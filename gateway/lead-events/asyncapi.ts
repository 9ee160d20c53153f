import {
  dataSchemaOf,
  deadLetterSubject,
  defaultPrefix,
  factSubject,
  leadsSubject,
  messageMaxBytes,
  sourceOf,
  typeOf,
} from './event-names.ts'
import { examples, leadExample } from './examples.ts'
import { bareSchema, envelopeSchema, type JsonSchema } from './json-schemas.ts'
import { descriptions, personal, publicNames, type PublicName } from './schemas.ts'

/** Stands for a workspace in addresses. */
const anyWorkspace = '{workspace}'

/** The lead events as an AsyncAPI 3 document: what FineAcers receives and sends, on which subject, in which shape. */
export function asyncApi(): JsonSchema {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'FineAcers lead events',
      version: '1.0.0',
      description:
        'Leads into FineAcers and facts out of it, as CloudEvents 1.0 over NATS JetStream. A type carries its version; within one, fields are only added. ' +
        'Each message is delivered at least once: the pair of source and id tells a repeat.',
    },
    defaultContentType: 'application/cloudevents+json',
    servers: {
      production: {
        host: 'nats.example:4222',
        protocol: 'nats',
        description: 'Your workspace has an account of its own; see the README for its permissions.',
      },
    },
    channels: { leadsCaptured, ...Object.fromEntries(publicNames.map(channelOf)) },
    operations: { takeLeads, ...Object.fromEntries(publicNames.map(operationOf)) },
    components: {
      messages: { 'publish-lead.captured': leadMessage, ...Object.fromEntries(publicNames.map(messageOf)) },
      schemas: {
        cloudEvent: envelopeSchema,
        ...Object.fromEntries(publicNames.map((name) => [name, bareSchema(name)])),
      },
    },
  }
}

const parameters = {
  workspace: { description: 'Your workspace, one word, for example acme.', examples: ['acme'] },
}

const leadsCaptured = {
  address: leadsSubject(defaultPrefix, anyWorkspace),
  title: 'Leads for FineAcers',
  description: `At most ${messageMaxBytes} bytes a message, headers included. Publish with an acknowledgement: without one a refusal of the server is not heard.`,
  parameters,
  messages: { 'publish-lead.captured': { $ref: '#/components/messages/publish-lead.captured' } },
}

const takeLeads = {
  action: 'receive',
  channel: { $ref: '#/channels/leadsCaptured' },
  summary: 'Takes a lead in.',
  description:
    'The same source and id again changes nothing. What cannot be taken in is said on the dead-letter subject.',
  messages: [{ $ref: '#/channels/leadsCaptured/messages/publish-lead.captured' }],
}

function payloadOf(name: PublicName): JsonSchema {
  const own = {
    type: 'object',
    properties: { type: { const: typeOf(name) }, data: { $ref: `#/components/schemas/${name}` } },
  }
  return { allOf: [{ $ref: '#/components/schemas/cloudEvent' }, own] }
}

const leadMessage = {
  name: typeOf('lead.captured'),
  title: 'A lead for FineAcers',
  summary: 'Structured mode; in binary mode the attributes are headers ce-… and data is the body.',
  contentType: 'application/cloudevents+json',
  payload: payloadOf('lead.captured'),
  examples: [{ name: 'lead', payload: leadExample }],
}

function subjectOf(name: PublicName): string {
  return name === 'lead-event.refused'
    ? deadLetterSubject(defaultPrefix, anyWorkspace)
    : factSubject(defaultPrefix, anyWorkspace, name)
}

function channelOf(name: PublicName): readonly [string, JsonSchema] {
  const messages = { [name]: { $ref: `#/components/messages/${name}` } }
  return [
    name,
    { address: subjectOf(name), title: typeOf(name), description: descriptions[name], parameters, messages },
  ]
}

function operationOf(name: PublicName): readonly [string, JsonSchema] {
  const channel = { $ref: `#/channels/${name}` }
  const messages = [{ $ref: `#/channels/${name}/messages/${name}` }]
  return [`say-${name}`, { action: 'send', channel, summary: descriptions[name], messages }]
}

function messageOf(name: PublicName): readonly [string, JsonSchema] {
  const type = typeOf(name)
  const subject = `acme/${name.split('.', 1)[0] === 'lead-event' ? 'refused-event' : name.split('.', 1)[0]}/x1`
  const payload = {
    specversion: '1.0',
    id: `${subject}#3.0`,
    source: sourceOf('acme'),
    type,
    subject,
    time: '2026-11-25T10:00:00.000Z',
    datacontenttype: 'application/json',
    dataschema: dataSchemaOf(type, undefined),
    partitionkey: subject,
    sequence: '00000000000000007001',
    data: examples[name],
  }
  const told = personal.has(name) ? { tags: [{ name: 'personal-data' }] } : {}
  return [
    name,
    {
      name: type,
      title: type,
      summary: descriptions[name],
      contentType: 'application/cloudevents+json',
      ...told,
      payload: payloadOf(name),
      examples: [{ name: 'example', payload }],
    },
  ]
}
