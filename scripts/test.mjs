// `npm test`: every check and every test; ends with the runner's own counts.
import { bin, ensureBuilt, ensureInstalled, run } from './lib/prepare.mjs';
import { check } from './lib/checks.mjs';

// One dot for each test stays one character where the output goes to a file.
if (!process.stdout.isTTY) process.env['NO_COLOR'] = '1';
ensureInstalled();
ensureBuilt();
const only = process.argv.slice(2);
const failedChecks = only.length > 0 ? 0 : check();
const testCode = run(bin('vitest'), ['run', ...only], { env: { ...process.env, NODE_ENV: 'test' } });
if (failedChecks > 0)
  process.stdout.write(`\n${failedChecks} of the checks before the tests failed; they are named above.\n`);
process.exitCode = failedChecks > 0 ? 1 : testCode;
