/** nginx on the very configuration that is shipped, between clients on loopback addresses and two real FineAcers, each on a data folder of its own. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { chmodSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { freePort, startServer, type ServerProcess } from '#bench/server-process.ts'
import { textOf } from './deploy-folder.ts'

export interface ProxyHouse {
  readonly gateways: readonly ServerProcess[]
  /** `https://localhost:…`. */
  readonly url: string
  readonly plainUrl: string
  readonly port: number
  readonly certificate: string
  /** What `nginx -t` says of the configuration. */
  readonly checked: string
  stop(): Promise<void>
}

/** Starts both gateways and nginx. Rejects with what nginx said when it does not start. */
export async function startProxyHouse(nginx: string): Promise<ProxyHouse> {
  const folder = mkdtempSync(join(tmpdir(), 'fineacers-proxy-'))
  // nginx's workers are nobody when it is started by root.
  chmodSync(folder, 0o755)
  const [tls, plain, health] = [await freePort(), await freePort(), await freePort()]
  const gateways = await Promise.all(
    ['one', 'two'].map((name) =>
      startServer({
        dataFolder: join(folder, name),
        environment: { FINEACERS_SAMPLE: 'no', FINEACERS_PUBLIC_URL: `https://localhost:${tls}` },
      }),
    ),
  )
  selfSigned(folder)
  const file = join(folder, 'nginx.conf')
  writeFileSync(file, movedTo(folder, { tls, plain, health }, gateways))
  const checked = check(nginx, file)
  const process = await run(nginx, { file, folder, url: `http://127.0.0.1:${health}/` })
  return {
    gateways,
    url: `https://localhost:${tls}`,
    plainUrl: `http://localhost:${plain}`,
    port: tls,
    certificate: readFileSync(join(folder, 'tls_certificate'), 'utf8'),
    checked,
    async stop() {
      await ended(process)
      await Promise.all(gateways.map((gateway) => gateway.kill()))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

interface Ports {
  readonly tls: number
  readonly plain: number
  readonly health: number
}

/** The shipped file with the container's paths, ports and names put to where they are here; nothing else is changed. */
function movedTo(folder: string, ports: Ports, gateways: readonly ServerProcess[]): string {
  const moves: readonly (readonly [string, string])[] = [
    ['/tmp/', `${folder}/`],
    ['/run/secrets/', `${folder}/`],
    ['listen 8443 ', `listen 127.0.0.1:${ports.tls} `],
    ['listen 8080;', `listen 127.0.0.1:${ports.plain};`],
    ['listen 127.0.0.1:8081;', `listen 127.0.0.1:${ports.health};`],
    // As many as a test machine allows open files.
    ['worker_connections 16384;', 'worker_connections 512;'],
    ...gateways.map(({ url }, index) => [`gateway-${index + 1}:4600`, new URL(url).host] as const),
  ]
  return moves.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`nginx.conf does not say ${from}`)
    return text.replaceAll(from, to)
  }, textOf('deploy/proxy/nginx.conf'))
}

function selfSigned(folder: string): void {
  const names = 'subjectAltName=DNS:localhost,IP:127.0.0.1'
  execFileSync(
    'openssl',
    `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost -addext ${names} -keyout tls_key -out tls_certificate`.split(
      ' ',
    ),
    { cwd: folder, stdio: 'pipe' },
  )
}

/** What it prints goes through a file: nginx opens /dev/stderr anew, which a pipe of Node's does not allow. */
function check(nginx: string, file: string): string {
  execFileSync('sh', ['-c', '"$0" -t -c "$1" >"$1.checked" 2>&1 || true', nginx, file])
  return readFileSync(`${file}.checked`, 'utf8')
}

async function run(
  nginx: string,
  { file, folder, url }: { readonly file: string; readonly folder: string; readonly url: string },
): Promise<ChildProcess> {
  const [out, errors] = ['out.log', 'errors.log'].map((name) => openSync(join(folder, name), 'a'))
  const child = spawn(nginx, ['-c', file, '-g', 'daemon off;'], { stdio: ['ignore', out, errors] })
  const deadlineMs = Date.now() + 10_000
  for (;;) {
    const answer = await fetch(url).catch(() => undefined)
    if (answer?.status === 204) return child
    if (child.exitCode !== null || Date.now() > deadlineMs) {
      throw new Error(`nginx did not start:\n${readFileSync(join(folder, 'errors.log'), 'utf8')}`)
    }
    await setTimeout(50)
  }
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) return resolve()
    child.once('exit', () => resolve())
    child.kill('SIGTERM')
  })
}
