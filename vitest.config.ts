import { defineConfig } from 'vitest/config'
import { SkipReporter } from './runtime/testing/skip-reporter.ts'

/**
 * `unit`: everything that starts no other process. `system`: real processes, sockets and browsers, one file at a time.
 * Both find one NATS, one Redis and one Mongo-wire server at the addresses in `FINEACERS_TEST_NATS`, `…_REDIS` and `…_MONGODB`.
 */
export default defineConfig({
  test: {
    reporters: ['default', new SkipReporter()],
    globalSetup: 'deploy/services/test-servers.ts',
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{runtime,machines,agents,rag,gateway,console,deploy,bench}/**/*.test.{ts,tsx}'],
          exclude: ['**/*.system.test.ts', '**/node_modules/**'],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'system',
          include: ['{runtime,machines,agents,rag,gateway,console,deploy,bench}/**/*.system.test.ts'],
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
