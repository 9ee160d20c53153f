import { resolve } from 'node:path'
import type { GatewayConfig } from '#gateway/config.ts'
import { dataFiles, type Config } from './config.ts'
import { workspaceConfig } from './workspace.ts'

/** What the gateway is told of a configuration. */
export function gatewayConfig(config: Config): GatewayConfig {
  return {
    workspaces: { [config.workspace]: workspaceConfig(config) },
    defaultWorkspace: config.workspace,
    staticRoot: resolve(import.meta.dirname, '../dist'),
    importFolder: dataFiles(config.dataFolder).imports,
    secureCookies: config.publicUrl?.startsWith('https:') ?? false,
    trustProxy: config.publicUrl !== undefined,
    ...(config.publicUrl === undefined ? {} : { publicUrl: config.publicUrl.replace(/\/+$/, '') }),
    meta: config.meta,
    outreach: config.outreach,
    ...(config.prices === undefined ? {} : { prices: config.prices }),
    ...(config.budgetMicros === undefined ? {} : { budgetMicros: config.budgetMicros }),
    ...(config.visitorsPerMinute === undefined ? {} : { limits: { visitorsPerMinute: config.visitorsPerMinute } }),
  }
}
