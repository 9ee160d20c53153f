import { join, resolve } from 'node:path'
import { z } from 'zod'
import { controlSocketOf } from './control.ts'
import type { PriceList } from '#machines/message-price.ts'
import type { OutreachSettings } from '#machines/outreach-contract.ts'
import { capsSetting, quietHoursSetting } from './outreach-settings.ts'
import { pricesSetting } from './prices-setting.ts'

/** Everything that is set from outside, in one place. */
export interface Config {
  /** Folder of the journal, read models, accounts and import rejects. */
  readonly dataFolder: string
  readonly host: string
  readonly port: number
  readonly workspace: string
  readonly timeZone: string
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  readonly openAi?: { readonly apiKey: string; readonly baseUrl?: string; readonly model: string }
  /** Public address of this server when it is behind a proxy; cookies are `Secure` when it is https. */
  readonly publicUrl?: string
  /** Whether `start` looks after the console's build. */
  readonly build: boolean
  /** Whether a house without homes gets the sample workspace: `asked` when somebody said so, not only by default. */
  readonly sample: 'asked' | 'by-default' | 'no'
  /** New visitors one network address may bring a minute; the gateway's own limit when absent. */
  readonly visitorsPerMinute?: number
  /** How other systems are told what happens: as one JSON object, or with the attributes as headers. */
  readonly leadEventsMode: 'structured' | 'binary'
  /** Partitions of the journal; fixed with its first start. */
  readonly partitions: number
  /** This process's name among those that share the servers; made up when absent. */
  readonly node?: string
  /** What the house is called on its servers: the journal's stream, and the beginning of other names. */
  readonly house: string
  /** Master keys of 32 bytes that secrets of workspaces are sealed under: the first seals, all open. The house makes one of its own when absent. */
  readonly secretKeys?: readonly Uint8Array[]
  /** Where master keys are read at the start beside those; absent when there is no Vault. */
  readonly vault?: VaultSettings
  /** Whether mail servers may stand in a private network. */
  readonly privateMailHosts: boolean
  /** Where Meta's Graph API is, and which version of it is spoken. */
  readonly meta: { readonly graphUrl: string; readonly graphVersion: string }
  /** Where the API of a Twilio-compatible SMS provider is. */
  readonly smsUrl: string
  /** What messages cost, as the workspace's contracts say; absent while nobody has said. */
  readonly prices?: PriceList
  /** What messages may cost a month in the prices' currency, in millionths, until an admin says otherwise; absent for as much as there is. */
  readonly budgetMicros?: number
  /** What of the gate's settings is another than usual. */
  readonly outreach: Partial<OutreachSettings>
  /** Words nobody but a member may send, and hosts that links of the same may lead to. */
  readonly contentRules: { readonly bannedPhrases: readonly string[]; readonly linkHosts: readonly string[] }
  readonly servers: Servers
}

/** A HashiCorp Vault with master keys in a KV version 2 engine. One of token and file is there. */
export interface VaultSettings {
  readonly url: string
  readonly token?: string
  readonly tokenFile?: string
  readonly namespace?: string
  readonly mount: string
  readonly path: string
}

/** Servers that several processes share. What has none is embedded in the process. */
export interface Servers {
  readonly nats?: NatsSettings
  readonly mongoUrl?: string
  readonly redisUrl?: string
}

export interface NatsSettings {
  readonly urls: readonly string[]
  readonly credentialsFile?: string
  /** Servers that keep a copy of everything: 1, or 3 in a cluster. */
  readonly replicas: number
  /** The journal's stream; other names begin with it. */
  readonly stream: string
  /** Where the servers are monitored, for who looks after them; the usual port of each when absent. */
  readonly monitorUrls?: readonly string[]
}

/** What a house is called that was given no name. */
export const defaultHouse = 'FINEACERS'

const environment = z.object({
  FINEACERS_DATA: z.string().min(1).default('data'),
  FINEACERS_WORKSPACE: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/, 'has to be small letters, digits and hyphens, 40 at most')
    .default('demo'),
  FINEACERS_TIME_ZONE: z
    .string()
    .refine(isTimeZone, 'is not a time zone: use a name such as Asia/Kolkata')
    .default('Asia/Kolkata'),
  FINEACERS_SAMPLE: z.enum(['yes', 'no']).default('yes'),
  FINEACERS_BUILD: z.enum(['yes', 'no']).default('yes'),
  FINEACERS_PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'has to be an address that begins with http:// or https://' })
    .optional(),
  FINEACERS_VISITORS_PER_MINUTE: z.coerce.number().int().min(1).optional(),
  FINEACERS_SECRET_KEY: z
    .string()
    .refine(
      (text) => listIn(text).length > 0 && listIn(text).every(isMasterKey),
      'has to be 32 bytes in base64, as "openssl rand -base64 32" makes them; several with commas between',
    )
    .optional(),
  VAULT_ADDR: z
    .url({ protocol: /^https?$/, error: 'has to be an address that begins with http:// or https://' })
    .optional(),
  VAULT_TOKEN: z.string().optional(),
  VAULT_TOKEN_FILE: z.string().optional(),
  VAULT_NAMESPACE: z.string().optional(),
  FINEACERS_VAULT_PATH: z
    .string()
    .regex(/^[\w-]+(?:\/[\w.-]+)+$/, 'has to be a mount and a path in it, such as secret/fineacers')
    .default('secret/fineacers'),
  FINEACERS_PRIVATE_MAIL_HOSTS: z.enum(['yes', 'no']).default('no'),
  FINEACERS_PRICES: pricesSetting.optional(),
  FINEACERS_BUDGET: z.coerce.number().min(0, 'has to be an amount of money a month').max(1_000_000_000).optional(),
  FINEACERS_QUIET_HOURS: quietHoursSetting.optional(),
  FINEACERS_MESSAGE_CAPS: capsSetting.optional(),
  FINEACERS_BANNED_PHRASES: z.string().max(10_000).optional(),
  FINEACERS_LINK_HOSTS: z
    .string()
    .refine((text) => listIn(text).every(isHost), 'has to be hosts such as acme.example with commas between')
    .optional(),
  FINEACERS_LEAD_EVENTS_MODE: z.enum(['structured', 'binary']).default('structured'),
  FINEACERS_NODE: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{1,64}$/, 'has to be letters, digits, dots, hyphens and underscores, 64 at most')
    .optional(),
  FINEACERS_PARTITIONS: z.coerce.number().int().min(1).max(1024).default(32),
  NATS_URL: z
    .string()
    .refine((text) => listIn(text).every(isNatsAddress), 'has to be nats:// or tls:// addresses with commas between')
    .optional(),
  NATS_CREDENTIALS: z.string().optional(),
  NATS_REPLICAS: z.enum(['1', '3', '5']).default('1'),
  NATS_STREAM: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,32}$/, 'has to be letters, digits, hyphens and underscores, 32 at most')
    .default(defaultHouse),
  NATS_MONITOR_URL: z
    .string()
    .refine((text) => listIn(text).every(isHttpAddress), 'has to be http:// or https:// addresses with commas between')
    .optional(),
  MONGODB_URL: z
    .string()
    .regex(/^mongodb(\+srv)?:\/\/./, 'has to be an address that begins with mongodb:// or mongodb+srv://')
    .optional(),
  REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\/./, 'has to be an address that begins with redis:// or rediss://')
    .optional(),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(4600),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('warn'),
  OPENAI_API_KEY: z.string().optional(),
  OPENAI_BASE_URL: z
    .url({ protocol: /^https?$/, error: 'has to be an address that begins with http:// or https://' })
    .optional(),
  OPENAI_MODEL: z.string().default('gpt-4.1-mini'),
  META_GRAPH_URL: z
    .url({ protocol: /^https?$/, error: 'has to be an address that begins with http:// or https://' })
    .default('https://graph.facebook.com'),
  META_GRAPH_VERSION: z
    .string()
    .regex(/^v\d+\.\d+$/, 'has to be a version such as v23.0')
    .default('v23.0'),
  SMS_API_URL: z
    .url({ protocol: /^https?$/, error: 'has to be an address that begins with http:// or https://' })
    .default('https://api.twilio.com'),
})

/** The settings by their names with their defaults, for the page that lists them. */
export function settingNames(): readonly { readonly name: string; readonly byDefault: unknown }[] {
  return Object.entries(environment.shape).map(([name, shape]) => ({
    name,
    byDefault: shape.safeParse(undefined).data,
  }))
}

/** Reads the configuration from environment variables; an empty one counts as not set. Throws an `Error` that names each variable that is wrong and what it should be. */
export function readConfig(variables: { readonly [name: string]: string | undefined }): Config {
  const given = Object.fromEntries(
    Object.entries(variables).filter(([, value]) => value !== undefined && value.trim() !== ''),
  )
  const parsed = environment.safeParse(given)
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`)
    throw new Error(`Some settings are wrong. Mend these environment variables and start again:\n${lines.join('\n')}`)
  }
  const env = parsed.data
  return {
    ...optionalOf(env),
    servers: serversOf(env),
    house: env.NATS_STREAM,
    partitions: env.FINEACERS_PARTITIONS,
    dataFolder: resolve(env.FINEACERS_DATA),
    host: env.HOST,
    port: env.PORT,
    workspace: env.FINEACERS_WORKSPACE,
    timeZone: env.FINEACERS_TIME_ZONE,
    logLevel: env.LOG_LEVEL,
    leadEventsMode: env.FINEACERS_LEAD_EVENTS_MODE,
    meta: { graphUrl: env.META_GRAPH_URL, graphVersion: env.META_GRAPH_VERSION },
    smsUrl: env.SMS_API_URL,
    ...vaultOf(env),
    privateMailHosts: env.FINEACERS_PRIVATE_MAIL_HOSTS === 'yes',
    contentRules: {
      bannedPhrases: listIn(env.FINEACERS_BANNED_PHRASES ?? ''),
      linkHosts: listIn(env.FINEACERS_LINK_HOSTS ?? ''),
    },
    outreach: { ...env.FINEACERS_QUIET_HOURS, ...env.FINEACERS_MESSAGE_CAPS },
    build: env.FINEACERS_BUILD === 'yes',
    sample: sampleIn(given['FINEACERS_SAMPLE'] ?? '', env),
  }
}

type Environment = z.infer<typeof environment>

function sampleIn(given: string, env: Environment): Config['sample'] {
  if (env.FINEACERS_SAMPLE === 'no') return 'no'
  return given === '' ? 'by-default' : 'asked'
}

/** What is absent when it is not set. */
function optionalOf(
  env: Environment,
): Pick<Config, 'publicUrl' | 'visitorsPerMinute' | 'node' | 'secretKeys' | 'openAi' | 'prices' | 'budgetMicros'> {
  const {
    FINEACERS_SECRET_KEY: secretKeys,
    FINEACERS_PUBLIC_URL: publicUrl,
    FINEACERS_VISITORS_PER_MINUTE: visitorsPerMinute,
    FINEACERS_NODE: node,
    FINEACERS_PRICES: prices,
    FINEACERS_BUDGET: budget,
  } = env
  const { OPENAI_API_KEY: apiKey, OPENAI_BASE_URL: baseUrl, OPENAI_MODEL: model } = env
  return {
    ...(publicUrl === undefined ? {} : { publicUrl }),
    ...(visitorsPerMinute === undefined ? {} : { visitorsPerMinute }),
    ...(node === undefined ? {} : { node }),
    ...(prices === undefined ? {} : { prices }),
    ...(budget === undefined ? {} : { budgetMicros: Math.round(budget * 1_000_000) }),
    ...(secretKeys === undefined ? {} : { secretKeys: listIn(secretKeys).map((each) => Buffer.from(each, 'base64')) }),
    ...(apiKey === undefined ? {} : { openAi: { apiKey, model, ...(baseUrl === undefined ? {} : { baseUrl }) } }),
  }
}

/** Throws where Vault is set without a token. */
function vaultOf(env: Environment): Pick<Config, 'vault'> {
  const { VAULT_ADDR: url, VAULT_TOKEN: token, VAULT_TOKEN_FILE: tokenFile, VAULT_NAMESPACE: namespace } = env
  if (url === undefined) return {}
  if (token === undefined && tokenFile === undefined) {
    throw new Error('VAULT_ADDR is set without a token: set VAULT_TOKEN, or VAULT_TOKEN_FILE for a file that has it.')
  }
  const [mount = '', ...path] = env.FINEACERS_VAULT_PATH.split('/')
  return {
    vault: {
      url,
      mount,
      path: path.join('/'),
      ...(token === undefined ? {} : { token }),
      ...(tokenFile === undefined ? {} : { tokenFile: resolve(tokenFile) }),
      ...(namespace === undefined ? {} : { namespace }),
    },
  }
}

function serversOf(env: Environment): Servers {
  const { NATS_URL: nats, NATS_CREDENTIALS: credentialsFile, MONGODB_URL: mongoUrl, REDIS_URL: redisUrl } = env
  const { NATS_MONITOR_URL: monitors } = env
  return {
    ...(nats === undefined
      ? {}
      : {
          nats: {
            urls: listIn(nats),
            replicas: Number(env.NATS_REPLICAS),
            stream: env.NATS_STREAM,
            ...(credentialsFile === undefined ? {} : { credentialsFile: resolve(credentialsFile) }),
            ...(monitors === undefined ? {} : { monitorUrls: listIn(monitors) }),
          },
        }),
    ...(mongoUrl === undefined ? {} : { mongoUrl }),
    ...(redisUrl === undefined ? {} : { redisUrl }),
  }
}

function listIn(text: string): readonly string[] {
  return text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')
}

function isHost(text: string): boolean {
  return /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(text)
}

function isMasterKey(text: string): boolean {
  return /^[A-Za-z0-9+/]{43}=$/.test(text)
}

function isNatsAddress(text: string): boolean {
  return /^(nats|tls):\/\/./.test(text) && URL.canParse(text)
}

function isHttpAddress(text: string): boolean {
  return /^https?:\/\/./.test(text) && URL.canParse(text)
}

/** Refuses a role whose servers are not all named: it keeps nothing itself. Throws an `Error` that names what is missing. */
export function assertServers(role: string, { servers }: Config): void {
  const wanted: readonly (readonly [string, unknown, string])[] = [
    ['NATS_URL', servers.nats, 'keeps the journal and the accounts'],
    ['MONGODB_URL', servers.mongoUrl, 'keeps the read models'],
    ['REDIS_URL', servers.redisUrl, 'keeps presence and limits'],
  ]
  const missing = wanted.filter(([, value]) => value === undefined)
  if (missing.length === 0) return
  const lines = missing.map(([name, , what]) => `  ${name}: ${what}`)
  throw new Error(
    `"${role}" keeps nothing itself and needs servers that others share. Set these environment variables too, or use "start":\n${lines.join('\n')}`,
  )
}

/** The files of a data folder. */
export function dataFiles(folder: string): {
  readonly journal: string
  readonly documents: string
  /** Steps that a journal on NATS has let go of, where there is no MongoDB. */
  readonly archive: string
  readonly records: string
  readonly imports: string
  /** Photos, voice notes and documents, where there is no MongoDB. */
  readonly files: string
  readonly control: string
} {
  return {
    journal: join(folder, 'journal.sqlite'),
    documents: join(folder, 'documents.sqlite'),
    archive: join(folder, 'archive.sqlite'),
    records: join(folder, 'records.sqlite'),
    imports: join(folder, 'imports'),
    files: join(folder, 'files'),
    control: controlSocketOf(folder),
  }
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
