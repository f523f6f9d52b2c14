import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { expect, it } from 'vitest';
import { clockOriginNow, setClockOrigin, unixNowMs } from '../src/clock.ts';

const CLOCK = path.join(import.meta.dirname, '../src/clock.ts');

it('is unix time until it is told', () => {
  const beforeMs = Date.now();
  const nowMs = unixNowMs();
  expect(nowMs).toBeGreaterThan(beforeMs - 50);
  expect(nowMs).toBeLessThan(Date.now() + 50);
});

it('is one clock for all processes that were told the same, however late they start', () => {
  const originMs = clockOriginNow() - 3_600_000; // the system's clock was set forward by an hour since
  setClockOrigin(originMs);
  const program = `import { setClockOrigin, unixNowMs } from ${JSON.stringify(CLOCK)};
    setClockOrigin(${originMs});
    console.log(unixNowMs());`;
  const beforeMs = unixNowMs();
  const args = ['--import', 'tsx', '--input-type=module', '--eval', program];
  const otherMs = Number(execFileSync(process.execPath, args, { encoding: 'utf8', cwd: import.meta.dirname }));
  expect(otherMs).toBeGreaterThan(beforeMs);
  expect(otherMs).toBeLessThan(unixNowMs());
});
