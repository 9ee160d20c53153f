import { resolve } from 'node:path'
import tailwind from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { build, type InlineConfig } from 'vite'

const folder = import.meta.dirname

/** Builds the staff console into `outDir` (default `dist/console`), to be served under `/console/`. */
export async function buildStaffConsole(outDir = resolve(folder, '../dist/console')): Promise<void> {
  await build(consoleConfig(outDir))
}

function consoleConfig(outDir: string): InlineConfig {
  return {
    configFile: false,
    root: resolve(folder, 'src'),
    base: '/console/',
    publicDir: 'public',
    plugins: [react(), tailwind()],
    logLevel: 'warn',
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2023',
      reportCompressedSize: false,
      // The drawing of charts (elkjs) is large, and loaded only by the actor page.
      chunkSizeWarningLimit: 2_000,
    },
  }
}
