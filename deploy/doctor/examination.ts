import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { factAfterIn, factsEndIn } from '#runtime/adapters/sqlite/survey.ts'
import type { Clock } from '#runtime/ports/clock.ts'
import { dataFiles, type Config } from '../config.ts'
import { looked } from './could-not-look.ts'
import { durabilityOf, type Durability, type JournalKept } from './durability.ts'
import { examineNats } from './examine-nats.ts'
import { examineMongo, examineRedis } from './examine-stores.ts'
import type { Facts } from './facts.ts'
import { well, worstFirst, type Finding } from './finding.ts'
import { judgeFolder, judgeOwnClock } from './judge-folder.ts'
import { judgePublicAddress } from './judge-public.ts'
import { lookAtFolder } from './look-folder.ts'
import { lookAtPublicAddress } from './look-public.ts'
import { withoutSecrets } from './secrets.ts'

/** Everything that was found, worst first. */
export interface Examination {
  readonly atMs: number
  /** What the configuration names, and so was looked at. */
  readonly looked: readonly string[]
  readonly findings: readonly Finding[]
  readonly durability: Durability
}

const nodeMin = 24

/**
 * Looks at everything a configuration names. Writes nothing but what it takes away again; what can't be looked at is a finding. No password, token or
 * key of the configuration is in what it answers.
 */
export async function examine(config: Config, clock: Clock): Promise<Examination> {
  await using closing = new AsyncDisposableStack()
  const { nats, mongoUrl, redisUrl } = config.servers
  const onNats = nats && examineNats({ settings: nats, partitions: config.partitions, clock, closing })
  const [folder, natsExamined, redis, address] = await Promise.all([
    examineFolder(config, clock),
    onNats,
    redisUrl === undefined ? [] : examineRedis(redisUrl, clock),
    config.publicUrl === undefined ? [] : examinePublic(config.publicUrl, clock),
  ])
  const facts = natsExamined === undefined ? folder.facts : natsExamined.facts
  const mongo = mongoUrl === undefined ? [] : await examineMongo(mongoUrl, { clock, facts })
  const kept: JournalKept = natsExamined?.kept ?? { on: 'folder' }
  const findings = [
    judgeProgram(),
    ...folder.findings,
    ...(natsExamined?.findings ?? []),
    ...mongo,
    ...redis,
    ...address,
  ]
  return withoutSecrets(config, {
    atMs: clock.nowMs(),
    looked: [
      ...(nats === undefined || mongoUrl === undefined ? [config.dataFolder] : []),
      ...(nats === undefined ? [] : ['NATS']),
      ...(mongoUrl === undefined ? [] : ['MongoDB']),
      ...(redisUrl === undefined ? [] : ['Redis']),
      ...(config.publicUrl === undefined ? [] : [config.publicUrl]),
    ],
    findings: worstFirst(findings),
    durability: durabilityOf(kept),
  })
}

function judgeProgram(): Finding {
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')))
  const node = process.versions.node
  if (Number.parseInt(node, 10) >= nodeMin)
    return well('program.version', 'this machine', `FineAcers ${version} on Node ${node}`)
  return {
    level: 'wrong',
    check: 'program.version',
    about: 'this machine',
    found: `FineAcers ${version} on Node ${node}`,
    means: `It is made for Node ${nodeMin}.`,
    todo: 'Run npm ci in the project folder: it brings the right Node, which npm start then takes.',
  }
}

interface FolderExamined {
  readonly findings: readonly Finding[]
  readonly facts?: Facts
}

async function examineFolder(config: Config, clock: Clock): Promise<FolderExamined> {
  const use = { journal: config.servers.nats === undefined, documents: config.servers.mongoUrl === undefined }
  const seen: { facts?: Facts } = {}
  const findings = await looked('folder.readable', 'data folder', async () => {
    const folder = await lookAtFolder(config)
    const { journal: file } = dataFiles(config.dataFolder)
    if (folder.journal?.damage?.length === 0)
      seen.facts = { end: async () => factsEndIn(file), after: async (position) => factAfterIn(file, position) }
    return [...judgeFolder(folder, use), ...judgeOwnClock(folder, clock.nowMs())]
  })
  return { findings, ...seen }
}

function examinePublic(url: string, clock: Clock): Promise<readonly Finding[]> {
  return looked('public.reachable', 'public address', async () =>
    judgePublicAddress(await lookAtPublicAddress(url, clock), clock.nowMs()),
  )
}
