import { buildConsole } from '#console/build.ts'
import { readConfig, type Config } from './config.ts'
import { composeEmbedded, type House } from './embedded.ts'

/** `fineacers start`: builds the console when it must, opens the data folder, serves until Ctrl+C. Answers the exit code. */
export async function start(variables: { readonly [name: string]: string | undefined }): Promise<number> {
  const config = readConfig(variables)
  if (config.build) await buildConsole({ onProgress: (line) => say(line) })
  say(`Opening ${config.dataFolder}`)
  const house = await composeEmbedded(config, say)
  const { port } = await listen(house, config)
  await welcome(house, config, `http://${config.host === '0.0.0.0' ? '127.0.0.1' : config.host}:${port}`)
  const signal = await stopSignal()
  say(`\n${signal}: finishing what is in flight`)
  await house.close()
  return 0
}

async function listen(house: House, config: Config): Promise<{ readonly port: number }> {
  try {
    return await house.gateway.listen(config.port, config.host)
  } catch (error) {
    await house.close()
    const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
    if (!taken) throw error
    throw new Error(
      `Port ${config.port} is taken by another program. Start with another one: PORT=${config.port + 1} npm start`,
      { cause: error },
    )
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
  say('  Press Ctrl+C to stop. Everything said is kept in the data folder.')
}

function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve('Stopping'))
    process.once('SIGTERM', () => resolve('Stopping'))
  })
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
