import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { bringServer, bringServers } from './bring-server.ts'
import { findServer, isBefore, searchServer, type Environment } from './find-server.ts'

/** A machine of its own: a folder of programs and a cache, both empty. */
interface Machine {
  readonly bin: string
  readonly cache: string
  readonly environment: Environment
}

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function machine(): Machine {
  const folder = mkdtempSync(join(tmpdir(), 'fineacers-bring-'))
  folders.push(folder)
  const [bin, cache] = [join(folder, 'bin'), join(folder, 'cache')]
  mkdirSync(bin)
  return { bin, cache, environment: { PATH: bin, FINEACERS_SERVERS_CACHE: cache } }
}

/** A program that runs a line of shell. */
function install(path: string, line: string): string {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `#!/bin/sh\nPATH=/usr/bin:/bin\n${line}\n`)
  chmodSync(path, 0o755)
  return path
}

describe('finding a server', () => {
  it('takes the first program on the PATH that is new enough', () => {
    const { bin, environment } = machine()
    const path = install(join(bin, 'nats-server'), 'echo "nats-server: v2.14.4"')
    expect(findServer('nats', environment)).toEqual({ kind: 'nats', program: 'nats-server', path, version: '2.14.4' })
  })

  it('passes by one that is too old, too new, or does not start, and says so', () => {
    const { bin, environment } = machine()
    const old = install(join(bin, 'nats-server'), 'echo "nats-server: v2.9.10"')
    expect(searchServer('nats', environment)).toEqual({ kind: 'nats', unfit: [`${old} is 2.9.10, older than 2.14.4`] })
    const mongod = install(join(bin, 'mongod'), 'exit 3')
    const ferret = install(join(bin, 'ferretdb'), 'echo "version: v2.5.0"')
    expect(searchServer('mongo', environment)).toEqual({
      kind: 'mongo',
      unfit: [`${mongod} does not say its version`, `${ferret} is 2.5.0, not before 2.0.0`],
    })
  })

  it('takes the one in the cache when that on the PATH does not fit', () => {
    const { bin, cache, environment } = machine()
    install(join(bin, 'nats-server'), 'echo "nats-server: v2.9.10"')
    const path = install(join(cache, 'nats-server-v2.15.2', 'nats-server'), 'echo "nats-server: v2.15.2"')
    expect(findServer('nats', environment)).toMatchObject({ path, version: '2.15.2' })
  })

  it('takes Valkey where there is no Redis, and mongod before FerretDB', () => {
    const { bin, environment } = machine()
    install(join(bin, 'valkey-server'), 'echo "Valkey server v=8.1.4 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64"')
    install(join(bin, 'ferretdb'), 'echo "version: v1.24.2"')
    expect(findServer('redis', environment)).toMatchObject({ program: 'valkey-server', version: '8.1.4' })
    expect(findServer('mongo', environment)).toMatchObject({ program: 'ferretdb', version: '1.24.2' })
    install(join(bin, 'mongod'), 'echo "db version v7.0.5"; echo "Build Info: {}"')
    expect(findServer('mongo', environment)).toMatchObject({ program: 'mongod', version: '7.0.5' })
  })

  it('compares versions by number', () => {
    expect(isBefore('2.9.10', '2.14.4')).toBe(true)
    expect(isBefore('2.14.4', '2.14.4')).toBe(false)
    expect(isBefore('3.0.0', '2.14.4')).toBe(false)
  })
})

describe('bringing a server', () => {
  it('says what to install where it can neither be found nor built', async () => {
    const { environment } = machine()
    await expect(bringServer('nats', { environment })).rejects.toThrow(
      'NATS is missing (there is no Go on the PATH). Install nats-server 2.14.4 or newer, or Go',
    )
    await expect(bringServer('redis', { environment })).rejects.toThrow('apt-get install redis-server')
    await expect(bringServer('mongo', { environment })).rejects.toThrow('Install MongoDB 6 or newer (mongod), or Go')
  })

  it('has Go install NATS into the cache, once, and tells of it', async () => {
    const { bin, cache, environment } = machine()
    const go = `echo "$@" >> "${bin}/asked"; printf '#!/bin/sh\\necho v2.15.2\\n' > "$GOBIN/nats-server"; chmod +x "$GOBIN/nats-server"`
    install(join(bin, 'go'), go)
    const progress: string[] = []
    const onProgress = (line: string): void => void progress.push(line)
    const found = await bringServer('nats', { environment, onProgress })
    expect(found).toMatchObject({ version: '2.15.2', path: join(cache, 'nats-server-v2.15.2', 'nats-server') })
    expect(progress).toEqual([
      `Building nats-server v2.15.2 with Go, once, into ${cache}: this takes a minute or two.`,
      expect.stringMatching(/^Built nats-server v2\.15\.2 in \d+ s\.$/),
    ])
    rmSync(join(bin, 'go'))
    expect(await bringServer('nats', { environment, onProgress })).toEqual(found)
    expect(readdirSync(cache)).toEqual(['nats-server-v2.15.2'])
  })

  it('builds FerretDB from a copy of its module that knows its version', async () => {
    const { bin, cache, environment } = machine()
    const module = join(bin, 'module')
    mkdirSync(join(module, 'build', 'version'), { recursive: true })
    writeFileSync(join(module, 'build', 'version', 'mongodb.txt'), '7.0.42')
    chmodSync(join(module, 'build', 'version'), 0o555)
    const download = `echo '{ "Dir": "${module}" }'`
    const build = `printf '#!/bin/sh\\necho version: %s\\n' "$(cat build/version/version.txt)" > "$5"; chmod +x "$5"`
    install(join(bin, 'go'), `case "$1" in mod) ${download} ;; build) ${build} ;; esac`)
    expect(await bringServer('mongo', { environment })).toEqual({
      kind: 'mongo',
      program: 'ferretdb',
      path: join(cache, 'ferretdb-v1.24.2', 'ferretdb'),
      version: '1.24.2',
    })
    chmodSync(join(module, 'build', 'version'), 0o755)
  })

  it('hands on what Go said when it fails, leaves nothing half made, and goes on to the next kind', async () => {
    const { bin, cache, environment } = machine()
    install(join(bin, 'go'), 'echo "go: github.com/nats-io/nats-server/v2@v2.15.2: no route to host" >&2; exit 1')
    install(join(bin, 'redis-server'), 'echo "Redis server v=7.0.15 sha=00000000:0"')
    const { found, missing } = await bringServers(['nats', 'redis'], { environment })
    expect(found).toMatchObject([{ program: 'redis-server' }])
    expect(missing).toHaveLength(1)
    expect(missing[0]?.message).toMatch(/^NATS is missing \(go install failed: .*no route to host\)\. Install /)
    expect(readdirSync(cache)).toEqual([])
  })

  it('ends a build when it is told to', async () => {
    const { bin, environment } = machine()
    install(join(bin, 'go'), 'exec sleep 60')
    const stop = new AbortController()
    const bringing = bringServer('nats', { environment, signal: stop.signal, onProgress: () => stop.abort() })
    await expect(bringing).rejects.toMatchObject({ name: 'AbortError' })
  })
})
