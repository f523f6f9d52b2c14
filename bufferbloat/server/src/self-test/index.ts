import type { ResolvedSettings } from '../resolve.ts';
import { checksOf, type Check } from './checks.ts';

/** What became of one check. */
export interface Outcome {
  readonly what: string;
  readonly ok: boolean;
  readonly found: string;
}

/** Sessions carry traffic for two seconds each; so many of them at once keep the self-test short. */
const AT_ONCE = 4;

/**
 * Checks every endpoint and every user type of the running system.
 *
 * @param print takes one line for each
 * @returns whether all is well
 */
export async function runSelfTest(settings: ResolvedSettings, print: (line: string) => void): Promise<boolean> {
  const waiting = checksOf(settings).map((check, index) => ({ check, index }));
  const outcomes: Outcome[] = [];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) outcomes[next.index] = await outcomeOf(next.check);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const width = Math.max(...outcomes.map(({ what }) => what.length));
  for (const { what, ok, found } of outcomes) print(`${ok ? 'ok    ' : 'FAILED'}  ${what.padEnd(width)}  ${found}`);
  const failed = outcomes.filter(({ ok }) => !ok).length;
  print(
    failed === 0
      ? `Self-test passed: ${outcomes.length} checks.`
      : `Self-test FAILED: ${failed} of ${outcomes.length} checks.`,
  );
  return failed === 0;
}

async function outcomeOf(check: Check): Promise<Outcome> {
  const { what } = check;
  try {
    return { what, ok: true, found: await check.run() };
  } catch (error) {
    return { what, ok: false, found: error instanceof Error ? error.message : String(error) };
  }
}
