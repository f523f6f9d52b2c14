import { defineConfig } from 'vitest/config';

const resolve = { conditions: ['source'] };
const ssr = { resolve: { conditions: ['source'] } };
// What is awaited may come late on a busy machine; how late is the benchmarks' matter.
const expectations = { poll: { timeout: 15_000, interval: 20 } };

export default defineConfig({
  resolve,
  ssr,
  test: {
    // A line for each file where somebody watches; elsewhere only what failed, and the counts.
    reporters: [process.stdout.isTTY ? 'default' : 'dot', './scripts/lib/counts-reporter.mjs'],
    silent: 'passed-only',
    coverage: { provider: 'v8', include: ['bufferbloat/engine/src/**'] },
    projects: [
      {
        resolve,
        ssr,
        test: {
          expect: expectations,
          name: 'unit',
          sequence: { groupOrder: 0 },
          include: ['{foundation,bufferbloat,classroom}/*/test/**/*.test.ts', 'bench/test/**/*.test.ts'],
          exclude: ['**/*.integration.test.ts', '**/node_modules/**'],
          // None of them judges a time that another could spoil.
          maxWorkers: 2,
          testTimeout: 20_000,
        },
      },
      {
        resolve,
        ssr,
        test: {
          expect: expectations,
          name: 'integration',
          // One kind after the other: what measures time must not share the cores with what fills them.
          sequence: { groupOrder: 1 },
          include: ['{foundation,bufferbloat}/*/test/**/*.integration.test.ts', 'bench/test/**/*.integration.test.ts'],
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        resolve,
        ssr,
        test: {
          expect: expectations,
          name: 'classroom',
          sequence: { groupOrder: 2 },
          include: ['classroom/*/test/**/*.integration.test.ts'],
          // They wait more than they compute, and none of them judges a time that another could spoil.
          maxWorkers: 3,
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        resolve,
        ssr,
        test: {
          expect: expectations,
          name: 'browser',
          sequence: { groupOrder: 3 },
          include: ['e2e/test/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
