/** What the host page told the loader, by attributes of the script tag and by SDK commands. */
export interface WidgetSettings {
  readonly workspace: string
  /** Origin of the gateway, without a trailing slash. */
  readonly server: string
  /** BCP 47 tag asked for; the strings module picks the nearest it has. */
  readonly language: string
  readonly colorScheme: ColorScheme
  /** The listing on the page the visitor looks at. */
  readonly pageListing?: string
}

/** `auto` follows the system. */
export type ColorScheme = 'auto' | 'light' | 'dark'

/** Accent used until the workspace's own is known. */
export const defaultAccent = '#0b5d7a'

/** Where a workspace's keys live in localStorage; shared by loader and panel. */
export function storageKey(workspace: string, name: string): string {
  return `fineacers:${workspace}:${name}`
}
