/** The files of `deploy/` that are not code, read as what they are. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { settingNames } from '../config.ts'
import {
  kustomizationShape,
  manifestShape,
  type Manifest,
  type PodContainer,
  type Workload,
} from './kubernetes-shapes.ts'

export const root = resolve(import.meta.dirname, '../..')

/** A file of the repository. */
export function textOf(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

/** The documents of a YAML file, merge keys and anchors resolved. Throws what the parser finds wrong. */
export function yamlOf(path: string): readonly unknown[] {
  const tags = ['!override', '!reset'].map((tag) => ({
    tag,
    collection: 'seq' as const,
    resolve: (value: unknown) => value,
  }))
  const maps = [{ tag: '!reset', collection: 'map' as const, resolve: (value: unknown) => value }]
  return parseAllDocuments(textOf(path), { merge: true, customTags: [...tags, ...maps] }).map((document) => {
    const [error] = document.errors
    if (error !== undefined) throw new Error(`${path}: ${error.message}`, { cause: error })
    const value: unknown = document.toJS()
    return value
  })
}

/** `KEY=value` lines; those commented out as `#KEY=value` too. */
export function variablesOf(path: string): {
  readonly set: ReadonlyMap<string, string>
  readonly all: ReadonlySet<string>
} {
  const lines = textOf(path).split('\n')
  const found = lines.flatMap((line) => {
    const [, off, name = '', value = ''] = /^(#?)([A-Z][A-Z0-9_]*)=(.*)$/.exec(line) ?? []
    return name === '' ? [] : [{ off: off === '#', name, value }]
  })
  return {
    set: new Map(found.filter(({ off }) => !off).map(({ name, value }) => [name, value])),
    all: new Set(found.map(({ name }) => name)),
  }
}

/** What Node itself reads. */
const nodeVariables = ['NODE_OPTIONS', 'NODE_ENV']

/** Every variable that a process of ours reads. */
export function knownVariables(): ReadonlySet<string> {
  return new Set([...settingNames().map(({ name }) => name), ...nodeVariables])
}

/** The commands that `deploy/main.ts` understands. */
export function knownCommands(): ReadonlySet<string> {
  return new Set([...textOf('deploy/main.ts').matchAll(/case '([a-z]+)':/g)].map((match) => match[1] ?? ''))
}

/** Every manifest that `deploy/kubernetes/kustomization.yaml` names. Throws where one is not exactly what Kubernetes knows. */
export function manifests(): readonly Manifest[] {
  return (kustomization('deploy/kubernetes').resources ?? [])
    .filter((resource) => resource.endsWith('.yaml'))
    .flatMap((resource) => yamlOf(`deploy/kubernetes/${resource}`))
    .map((document) => manifestShape.parse(document))
}

export function kustomization(folder: string) {
  return kustomizationShape.parse(yamlOf(`${folder}/kustomization.yaml`)[0])
}

export function workloadsOf(all: readonly Manifest[]): readonly Workload[] {
  return all.filter((each) => each.kind === 'Deployment' || each.kind === 'StatefulSet')
}

/** The one container of a workload. */
export function containerOf(workload: Workload): PodContainer {
  const [container] = workload.spec.template.spec.containers
  if (container === undefined) throw new Error(`${workload.metadata.name} has no container`)
  return container
}

/** Whether a selector finds a pod with these labels. */
export function finds(
  selector: { readonly [label: string]: string },
  labels: { readonly [label: string]: string },
): boolean {
  return Object.entries(selector).every(([label, value]) => labels[label] === value)
}
