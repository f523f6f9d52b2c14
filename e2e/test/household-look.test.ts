import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buttons, finishedHousehold, launchBrowser, seriousViolations, startSystem, type System } from '@rowhouse/e2e';

const SCALE = 0.15; // 0.75 s of baseline, 9 s of load
const PROFILES = '**/virtual-household/profiles';

let system: System;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem(), launchBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await system.stop();
});
beforeEach(async () => {
  page = await browser.newPage();
});
afterEach(async () => {
  await page.close();
});

const open = (query: string) => page.goto(`${system.url}/?${query}`);
const mode = (name: string) => page.getByRole('radio', { name });
const start = () => page.getByRole('button', { name: 'Start the household' });
const cards = () => page.getByRole('heading', { level: 3 });

async function tabTo(name: string): Promise<void> {
  for (let presses = 0; presses < 20; presses++) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      const labels = element instanceof HTMLInputElement ? [...(element.labels ?? [])] : [];
      return [element, ...labels].map((each) => each?.textContent ?? '').join(' ');
    });
    if (focused.includes(name)) return;
  }
  throw new Error(`no Tab reaches "${name}"`);
}

describe('the choice of a test', () => {
  it('is made by keyboard, remembered in the address, and still there when the page is loaded again', async () => {
    await open(`scale=${SCALE}`);
    await tabTo('Just this line');
    await page.keyboard.press('ArrowDown');
    await start().waitFor();
    expect(new URL(page.url()).search).toBe(`?scale=${SCALE}&mode=household`);
    await page.reload();
    expect(await mode('A whole household').isChecked()).toBe(true);
    await mode('Just this line').check();
    await buttons(page).start.waitFor();
    expect(new URL(page.url()).search).toBe(`?scale=${SCALE}`);
  });

  it('is offered again after a test, with what was measured still there', async () => {
    await open('scale=0.02&autostart=household');
    await finishedHousehold(page);
    await page.getByRole('button', { name: 'Choose another test' }).click();
    expect(await mode('A whole household').isChecked()).toBe(true);
    await mode('Just this line').check();
    await buttons(page).start.waitFor();
  });

  it('shows who is at home, and asks again when the server did not say', async () => {
    await page.route(PROFILES, (route) => route.abort());
    await open('mode=household');
    await page.getByRole('alert').waitFor();
    expect(await start().isDisabled()).toBe(true);
    await page.unroute(PROFILES);
    await page.getByRole('button', { name: 'Ask again' }).click();
    await cards().nth(3).waitFor();
    expect(await cards().allInnerTexts()).toEqual(['Alex', 'Sarah', 'Jake', 'Computer']);
  });

  it('takes its options by keyboard, and the test keeps to them', async () => {
    await open('scale=0.1&mode=household');
    await cards().nth(3).waitFor();
    await tabTo('Options');
    await page.keyboard.press('Enter');
    await tabTo('Time with everyone');
    await page.keyboard.press('Home');
    await tabTo('Fill fast lines');
    await page.keyboard.press('Space');
    await page.getByText('Options: 30 seconds, fixed rates').waitFor();
    await start().press('Enter');
    const result = await finishedHousehold(page);
    const traffic = result.phases.find(({ id }) => id === 'household');
    expect((traffic?.endMs ?? 0) - (traffic?.startMs ?? 0)).toBeCloseTo(3000, -3);
    expect(result.household.adaptive.enabled).toBe(false);
  });
});

describe('a running household', () => {
  it('moves nothing while its numbers change', async () => {
    await page.addInitScript(() => {
      type Shift = PerformanceEntry & { sources: { node: Node | null }[] };
      const shifts: string[] = [];
      Object.assign(globalThis, { shifts });
      const named = (node: Node | null) => `${node?.parentElement?.className} "${node?.textContent?.slice(0, 40)}"`;
      new PerformanceObserver((list) => {
        for (const { sources } of list.getEntries() as Shift[]) shifts.push(...sources.map(({ node }) => named(node)));
      }).observe({ type: 'layout-shift' });
    });
    await open(`scale=${SCALE}&autostart=household`);
    await page.getByRole('heading', { name: 'Everyone is online at once' }).waitFor();
    const shifted = () => page.evaluate(() => (globalThis as unknown as { shifts: string[] }).shifts.splice(0));
    await shifted();
    await page.getByText(/^\D*[1-3] s left/).waitFor();
    expect(await shifted()).toEqual([]);
  });
});

describe('the household is accessible', () => {
  it('in every state, dark and light', async () => {
    const found: Record<string, string[]> = {};
    const check = async (state: string) => {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        found[`${state} ${colorScheme}`] = await seriousViolations(page);
      }
    };
    await page.route(PROFILES, () => undefined);
    await open('scale=0.3&mode=household');
    await check('loading');
    await page.unroute(PROFILES);
    await page.route(PROFILES, (route) => route.abort());
    await page.reload();
    await page.getByRole('alert').waitFor();
    await check('profiles failed');
    await page.unroute(PROFILES);
    await page.getByRole('button', { name: 'Ask again' }).click();
    await cards().nth(3).waitFor();
    await check('empty');
    await page.getByText('Options:').click();
    await check('options');
    await start().click();
    await page.getByRole('heading', { name: 'Everyone is online at once' }).waitFor();
    await check('running');
    await buttons(page).stop.click();
    await buttons(page).again.waitFor();
    await check('stopped');
    await open('scale=0.05&autostart=household');
    await finishedHousehold(page);
    await page.getByText('The charts as a table').click();
    await check('done');
    await page.route('**/tests**', (route) => route.abort());
    await buttons(page).again.click();
    await page.getByRole('button', { name: 'Try again' }).waitFor();
    await check('failed');
    expect(Object.entries(found).filter(([, violations]) => violations.length > 0)).toEqual([]);
  });
});
