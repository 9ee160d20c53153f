/** The programs that know the deployment files' formats, where this machine has them. */
import { execFileSync } from 'node:child_process'
import { onPath } from '../services/find-server.ts'

/** How a program ended, and both of its streams in one text. */
export interface Said {
  readonly code: number
  readonly text: string
}

/** Runs a program to its end. */
export function say(
  [program = '', ...words]: readonly string[],
  options: { readonly cwd?: string; readonly environment?: { readonly [name: string]: string } } = {},
): Said {
  try {
    const text = execFileSync(program, words, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 150_000,
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env: { ...process.env, ...options.environment },
    })
    return { code: 0, text }
  } catch (error) {
    if (!(error instanceof Error) || !('status' in error) || !('stdout' in error) || !('stderr' in error)) throw error
    return { code: Number(error.status), text: `${String(error.stdout)}${String(error.stderr)}` }
  }
}

/** `docker compose`, as a plugin of docker or on its own; absent where neither is there. */
export function composeCommand(): readonly string[] | undefined {
  if (onPath('docker') !== undefined && say(['docker', 'compose', 'version']).code === 0) return ['docker', 'compose']
  return onPath('docker-compose') === undefined ? undefined : ['docker-compose']
}

/** What renders a kustomization: kubectl, or kustomize alone; absent where neither is there. */
export function kustomizeCommand(): readonly string[] | undefined {
  if (onPath('kubectl') !== undefined) return ['kubectl', 'kustomize']
  return onPath('kustomize') === undefined ? undefined : ['kustomize', 'build']
}
