import { flushCompileCache } from 'node:module'
import { assertServers, readConfig } from './config.ts'
import { composeRole, type Role } from './roles.ts'
import { addressOf, listenProblem, stopSignal } from './serving.ts'

/** `fineacers runtime`, `gateway` or `projector`: works on the servers it is given until it is told to stop. Answers the exit code. */
export async function runRole(role: Role, variables: { readonly [name: string]: string | undefined }): Promise<number> {
  const config = readConfig(variables)
  assertServers(role, config)
  say(`Opening NATS, MongoDB, Redis as a ${role}`)
  const house = await composeRole(role, config, say)
  const port = await house.listen().catch(async (error: unknown) => {
    await house.close()
    throw listenProblem(error, config, `node deploy/main.ts ${role}`)
  })
  const admin = await house.ensureAdmin()
  if (admin !== undefined) say(`Admin's one-time sign-in code: ${admin.code}   (for the console, good once)`)
  say(`This ${role} is ready at ${addressOf(config, port)}`)
  flushCompileCache()
  const signal = await stopSignal()
  say(`${signal}: finishing what is in flight`)
  await house.close()
  return 0
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
