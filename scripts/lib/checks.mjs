import { bin, run } from './prepare.mjs';

/** Runs every fast check and returns how many failed. */
export function check() {
  const checks = [
    ['types', bin('tsc'), ['-b']],
    ['types of tests', bin('tsc'), ['-p', 'tsconfig.tests.json']],
    [
      'lint and dependency rules',
      bin('oxlint'),
      ['--type-aware', '--deny-warnings', 'foundation', 'bufferbloat', 'e2e', 'bench', 'scripts'],
    ],
    ['unused code and dependencies', bin('knip'), ['--strict']],
    ['unused files and exports of tests', bin('knip'), []],
    ['formatting', bin('biome'), ['format', '.']],
  ];
  let failed = 0;
  for (const [name, command, args] of checks) {
    const startedMs = performance.now();
    const code = run(command, args);
    if (code !== 0) failed++;
    process.stdout.write(
      `${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${((performance.now() - startedMs) / 1000).toFixed(1)} s)\n`,
    );
  }
  return failed;
}
