import { existsSync, globSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import {
  knownCommands,
  knownVariables,
  manifests,
  root,
  textOf,
  variablesOf,
  workloadsOf,
  yamlOf,
} from './testing/deploy-folder.ts'

const pages = ['deploy/RUNBOOK.md', 'deploy/kubernetes/README.md', 'docs/cluster.md', 'docs/scaling.md']
const { scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(textOf('package.json')))
const { services } = z.object({ services: z.record(z.string(), z.unknown()) }).parse(yamlOf('deploy/compose.yaml')[0])

/** Variables of ours by their shape; those of other programs are not. */
const oursPattern =
  /\b(?:FINEACERS|NATS|OPENAI)_[A-Z_]+\b|\b(?:MONGODB|REDIS)_[A-Z_]+\b|\bNODE_OPTIONS\b|\bLOG_LEVEL\b/g
/** What NATS's own files read, and not our processes. */
const ofNats = globSync('deploy/nats/*.{conf,example}', { cwd: root }).flatMap((path) =>
  [...textOf(path).matchAll(/\$(NATS_[A-Z_]+)/g)].map((match) => match[1] ?? ''),
)
/** Names of streams, which look alike. */
const streams = ['FINEACERS_FACTS']

describe.each(pages)('%s', (page) => {
  const text = textOf(page)

  it('names commands that there are', () => {
    const words = [...text.matchAll(/(?:main\.ts|`fineacers) ([a-z]+)/g)].map((match) => match[1] ?? '')
    expect(words.filter((word) => !knownCommands().has(word))).toEqual([])
    const ran = [...text.matchAll(/npm run ([\w:-]+)/g)].map((match) => match[1] ?? '')
    expect(ran.filter((script) => scripts[script] === undefined)).toEqual([])
  })

  it('names variables that are read', () => {
    const example = variablesOf('deploy/compose.env.example').all
    const known = knownVariables()
    const named = new Set([...text.matchAll(oursPattern)].map(([name]) => name))
    const others = new Set([...example, ...ofNats, ...streams])
    const unknown = [...named].filter((name) => !known.has(name) && !others.has(name))
    expect(unknown).toEqual([])
  })

  it('names files that there are', () => {
    const paths = [...text.matchAll(/`((?:[\w.-]+\/)*[\w.-]+\.(?:ya?ml|conf|ts|env|example|md|json))`/g)].map(
      (match) => match[1] ?? '',
    )
    const places = [root, join(root, dirname(page)), join(root, 'deploy')]
    expect(paths.filter((path) => !places.some((place) => existsSync(join(place, path))))).toEqual([])
  })

  it('names services and workloads that there are', () => {
    const workloads = workloadsOf(manifests()).map(({ kind, metadata }) => `${kind.toLowerCase()}/${metadata.name}`)
    const named = [...text.matchAll(/\b(deployment|statefulset)\/([a-z-]+)|\bexec deploy\/([a-z-]+)/g)].map((match) =>
      match[3] === undefined ? `${match[1]}/${match[2]}` : `deployment/${match[3]}`,
    )
    expect(named.filter((each) => !workloads.includes(each))).toEqual([])
    const composed = [...text.matchAll(/docker compose (?:exec|logs|restart) (?:--\S+ )*([a-z][\w-]*)/g)].map(
      (match) => match[1] ?? '',
    )
    expect(composed.filter((name) => services[name] === undefined)).toEqual([])
  })
})
