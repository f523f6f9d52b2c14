import { readFile } from 'node:fs/promises';
import { type HouseholdResult, householdResultSchema, resultSchema, type Result } from '@rowhouse/bufferbloat-protocol';
import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** The buttons of the page, by the name a screen reader says. */
export const buttons = (page: Page) => ({
  start: page.getByRole('button', { name: 'Start the test' }),
  stop: page.getByRole('button', { name: 'Stop', exact: true }),
  again: page.getByRole('button', { name: /^(Test|Try) again$/ }),
  json: page.getByRole('button', { name: 'Download JSON' }),
  csv: page.getByRole('button', { name: 'Download CSV' }),
});

/** Waits for the end of a test and reads its result as a visitor would: by the download. */
export async function finishedResult(page: Page, timeoutMs = 90_000): Promise<Result> {
  await buttons(page).json.waitFor({ timeout: timeoutMs });
  return resultSchema.parse(JSON.parse(await downloadBy(page, 'json')));
}

/** The same of a household test. */
export async function finishedHousehold(page: Page, timeoutMs = 90_000): Promise<HouseholdResult> {
  await buttons(page).json.waitFor({ timeout: timeoutMs });
  return householdResultSchema.parse(JSON.parse(await downloadBy(page, 'json')));
}

/** The text of the file that a download button saves. */
export async function downloadBy(page: Page, button: 'json' | 'csv'): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent('download'), buttons(page)[button].click()]);
  return readFile(await download.path(), 'utf8');
}

/** Every violation that axe-core calls serious or critical, as `rule: element`. */
export async function seriousViolations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async () => {
    const { axe: runner } = globalThis as unknown as { axe: typeof axe };
    const { violations: found } = await runner.run();
    return found.map(({ id, impact, nodes }) => ({ id, impact, target: nodes.map((node) => String(node.target)) }));
  });
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, target }) => `${id}: ${target.join(', ')}`);
}
