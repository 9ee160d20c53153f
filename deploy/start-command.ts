import { flushCompileCache } from 'node:module'
import { readConfig, type Config } from './config.ts'
import { listenProblem, stopSignal } from './serving.ts'
import { composeHouse, type House } from './start-house.ts'

/** `fineacers start`: builds the console when it must, opens the data folder, serves until Ctrl+C. Answers the exit code. */
export async function start(variables: { readonly [name: string]: string | undefined }): Promise<number> {
  const config = readConfig(variables)
  if (config.build) await buildPages()
  say(openingOf(config))
  const house = await composeHouse(config, say)
  await welcome(house, config, await listen(house, config))
  flushCompileCache()
  const signal = await stopSignal()
  say(`\n${signal}: finishing what is in flight`)
  await house.close()
  return 0
}

/** Where things are kept, without a word of how to get in. */
function openingOf({ dataFolder, servers: { nats, mongoUrl, redisUrl } }: Config): string {
  const named = [nats && 'NATS', mongoUrl && 'MongoDB', redisUrl && 'Redis'].filter((each) => each !== undefined)
  const folder = nats !== undefined && mongoUrl !== undefined ? [] : [dataFolder]
  return `Opening ${[...folder, ...named].join(', ')}`
}

async function listen(house: House, config: Config): Promise<string> {
  try {
    return await house.listen()
  } catch (error) {
    await house.close()
    throw listenProblem(error, config, 'npm start')
  }
}

async function welcome(house: House, config: Config, url: string): Promise<void> {
  const admin = await house.ensureAdmin()
  say('')
  say(
    `  FineAcers is ready            ${config.openAi === undefined ? 'offline model, no key needed' : `model ${config.openAi.model}`}`,
  )
  say(`  Customer page with widget     ${url}/`)
  say(`  Staff console                 ${url}/console/`)
  say(`  API                           ${url}/docs`)
  if (admin !== undefined) say(`  Admin's one-time sign-in code: ${admin.code}   (for the console, good once)`)
  say('')
  say(
    `  Press Ctrl+C to stop. Everything said is kept ${config.servers.nats === undefined ? 'in the data folder' : 'on NATS'}.`,
  )
}

/** Builds console and widget where they are older than their sources. The builder is loaded only when it is asked for. */
export async function buildPages(): Promise<void> {
  const { buildConsole } = await import('#console/build.ts')
  await buildConsole({ onProgress: say })
}

/** A line for whoever started it. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
