import { resolve } from 'node:path'
import { build, type InlineConfig } from 'vite'

const folder = import.meta.dirname

/**
 * Builds the widget: `loader.js`, a classic script, and beside it the panel as a module with a hash in its name.
 * The loader learns that name at build time. Both go to `outDir` (default `dist/widget`); the gateway serves it as `/widget/`,
 * to any origin (`Access-Control-Allow-Origin: *`), because a module of another origin is loaded with CORS.
 */
export async function buildWidget(outDir = resolve(folder, '../dist/widget')): Promise<void> {
  const panel = await build(panelConfig(outDir))
  const outputs = Array.isArray(panel) ? panel : 'output' in panel ? [panel] : []
  const entry = outputs.flatMap(({ output }) => output).find((file) => file.type === 'chunk' && file.isEntry)
  if (entry === undefined) throw new Error('the panel was built without an entry')
  await build(loaderConfig(outDir, entry.fileName))
}

/** The panel: Preact, socket.io-client, styles and words in one module. */
function panelConfig(outDir: string): InlineConfig {
  return {
    ...shared(outDir),
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      ...shared(outDir).build,
      emptyOutDir: true,
      rollupOptions: {
        input: resolve(folder, 'widget/panel.tsx'),
        preserveEntrySignatures: 'strict',
        output: { format: 'es', entryFileNames: 'panel-[hash].js', codeSplitting: false },
      },
    },
  }
}

/** The loader: no import, no module. */
function loaderConfig(outDir: string, panelFile: string): InlineConfig {
  return {
    ...shared(outDir),
    define: { __PANEL_FILE__: JSON.stringify(panelFile) },
    build: {
      ...shared(outDir).build,
      emptyOutDir: false,
      rollupOptions: {
        input: resolve(folder, 'widget/loader.ts'),
        output: { format: 'iife', entryFileNames: 'loader.js' },
      },
    },
  }
}

function shared(outDir: string): InlineConfig & Required<Pick<InlineConfig, 'build'>> {
  return {
    configFile: false,
    root: folder,
    logLevel: 'warn',
    publicDir: false,
    build: { outDir, target: 'es2022', minify: true, modulePreload: false, reportCompressedSize: false },
  }
}
