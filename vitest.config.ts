import { defineConfig } from 'vitest/config';

const resolve = { conditions: ['source'] };
const ssr = { resolve: { conditions: ['source'] } };

export default defineConfig({
  resolve,
  ssr,
  test: {
    reporters: ['default', './scripts/lib/counts-reporter.mjs'],
    coverage: { provider: 'v8', include: ['bufferbloat/engine/src/**'] },
    projects: [
      {
        resolve,
        ssr,
        test: {
          name: 'unit',
          include: ['{foundation,bufferbloat}/*/test/**/*.test.ts', 'bench/test/**/*.test.ts'],
          exclude: ['**/*.integration.test.ts', '**/node_modules/**'],
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'integration',
          include: ['{foundation,bufferbloat}/*/test/**/*.integration.test.ts', 'bench/test/**/*.integration.test.ts'],
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'browser',
          include: ['e2e/test/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
