import { bin, run } from './prepare.mjs';

/** Runs every fast check and returns how many failed. */
export function check() {
  const checks = [
    { name: 'types', command: bin('tsc'), args: ['-b'] },
    { name: 'types of tests', command: bin('tsc'), args: ['-p', 'tsconfig.tests.json'] },
    {
      name: 'lint and dependency rules',
      command: bin('oxlint'),
      args: ['--type-aware', '--deny-warnings', 'foundation', 'bufferbloat', 'classroom', 'e2e', 'bench', 'scripts'],
    },
    { name: 'unused code', command: bin('knip'), args: ['--treat-config-hints-as-errors'] },
    {
      name: 'missing and unused dependencies',
      command: bin('knip'),
      args: ['--strict', '--include', 'dependencies,unlisted,unresolved'],
    },
    {
      name: 'every line of the engine is tested',
      command: bin('vitest'),
      args: [
        'run',
        '--project=unit',
        'bufferbloat/engine',
        '--silent',
        '--reporter=dot',
        '--coverage.enabled',
        '--coverage.reporter=text-summary',
        '--coverage.thresholds.lines=100',
      ],
    },
    { name: 'formatting', command: bin('biome'), args: ['format', '.'] },
  ];
  let failed = 0;
  for (const { name, command, args } of checks) {
    const startedMs = performance.now();
    const code = run(command, args);
    if (code !== 0) failed++;
    const tookS = (performance.now() - startedMs) / 1000;
    process.stdout.write(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${tookS.toFixed(1)} s)\n`);
  }
  return failed;
}
