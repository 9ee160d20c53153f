import type { Launcher } from './launcher.ts'
import type { SdkEvent, WidgetUser } from './sdk.ts'
import type { WidgetSettings } from './settings.ts'

/** What the lazily loaded panel gets from the loader. */
export interface PanelHost {
  readonly launcher: Launcher
  readonly settings: WidgetSettings
  emit(event: SdkEvent, detail?: unknown): void
  unread(count: number): void
  accent(colour: string): void
  close(): void
}

/** What the loader can ask of the panel. */
export interface Panel {
  show(open: boolean): void
  configure(settings: WidgetSettings): void
  send(text: string): void
  identify(user: WidgetUser): void
  reset(): void
}

/** What the panel's module exports. */
export interface PanelModule {
  startPanel(host: PanelHost): Panel
}
