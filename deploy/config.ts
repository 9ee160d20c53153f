import { join, resolve } from 'node:path'
import { z } from 'zod'
import { controlSocketOf } from './control.ts'

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
  /** Whether a new data folder gets the sample workspace. */
  readonly sample: boolean
  /** New visitors one network address may bring a minute; the gateway's own limit when absent. */
  readonly visitorsPerMinute?: number
}

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
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(4600),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('warn'),
  OPENAI_API_KEY: z.string().optional(),
  OPENAI_BASE_URL: z
    .url({ protocol: /^https?$/, error: 'has to be an address that begins with http:// or https://' })
    .optional(),
  OPENAI_MODEL: z.string().default('gpt-4.1-mini'),
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
    dataFolder: resolve(env.FINEACERS_DATA),
    host: env.HOST,
    port: env.PORT,
    workspace: env.FINEACERS_WORKSPACE,
    timeZone: env.FINEACERS_TIME_ZONE,
    logLevel: env.LOG_LEVEL,
    build: env.FINEACERS_BUILD === 'yes',
    sample: env.FINEACERS_SAMPLE === 'yes',
    ...(env.FINEACERS_PUBLIC_URL === undefined ? {} : { publicUrl: env.FINEACERS_PUBLIC_URL }),
    ...(env.FINEACERS_VISITORS_PER_MINUTE === undefined
      ? {}
      : { visitorsPerMinute: env.FINEACERS_VISITORS_PER_MINUTE }),
    ...(env.OPENAI_API_KEY === undefined
      ? {}
      : {
          openAi: {
            apiKey: env.OPENAI_API_KEY,
            model: env.OPENAI_MODEL,
            ...(env.OPENAI_BASE_URL === undefined ? {} : { baseUrl: env.OPENAI_BASE_URL }),
          },
        }),
  }
}

/** The files of a data folder. */
export function dataFiles(folder: string): {
  readonly journal: string
  readonly documents: string
  readonly records: string
  readonly imports: string
  readonly control: string
} {
  return {
    journal: join(folder, 'journal.sqlite'),
    documents: join(folder, 'documents.sqlite'),
    records: join(folder, 'records.sqlite'),
    imports: join(folder, 'imports'),
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
