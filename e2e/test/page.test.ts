import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  buttons,
  downloadBy,
  finishedResult,
  launchBrowser,
  seriousViolations,
  startSystem,
  type System,
} from '@rowhouse/e2e';

const SCALE = 0.2; // 8 s: shorter ones have too few samples for a grade
const BRIEF = 0.05; // 2 s: for what needs no grade

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

const open = (query = `scale=${SCALE}`) => page.goto(`${system.url}/?${query}`);

describe('a whole test in a real browser', () => {
  it('ends with a result that keeps its schema and names what it stands on', async () => {
    await open();
    await buttons(page).start.click();
    const result = await finishedResult(page);
    expect(result.signal.graded).toBe('udp');
    expect(result.phases.map((phase) => phase.id)).toEqual([
      'baseline',
      'download-warmup',
      'download',
      'upload-warmup',
      'upload',
      'bidirectional',
    ]);
    for (const id of ['baseline', 'download', 'upload', 'bidirectional'] as const) {
      expect(result.latencyMs[id].count, id).toBeGreaterThan(2);
    }
    expect(result.throughputMbps.download.mean).toBeGreaterThan(10);
    expect(result.throughputMbps.upload.mean).toBeGreaterThan(10);
    expect(result.signal.latencyMs.websocket?.download.count).toBeGreaterThan(2);
    expect(await downloadBy(page, 'csv')).toContain('\r\n');
  });

  it('asks no other host for anything', async () => {
    const hosts = new Set<string>();
    page.on('request', (request) => hosts.add(new URL(request.url()).hostname));
    page.on('websocket', (socket) => hosts.add(new URL(socket.url()).hostname));
    await open(`scale=${BRIEF}`);
    await buttons(page).start.click();
    await finishedResult(page);
    expect([...hosts].filter((host) => host !== 'localhost' && host !== '')).toEqual([]);
  });

  it('starts by itself from a link that says so', async () => {
    await open(`scale=${BRIEF}&autostart=single`);
    expect((await finishedResult(page)).mode).toBe('single');
  });

  it('runs by keyboard alone', async () => {
    await open(`scale=${BRIEF}`);
    const pressUntilFocused = async (name: string) => {
      for (let presses = 0; presses < 20; presses++) {
        await page.keyboard.press('Tab');
        if ((await page.evaluate(() => document.activeElement?.textContent))?.includes(name)) return;
      }
      throw new Error(`no Tab reaches "${name}"`);
    };
    await pressUntilFocused('Start the test');
    await page.keyboard.press('Enter');
    await buttons(page).json.waitFor({ timeout: 60_000 });
    await pressUntilFocused('Download JSON');
    const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
    expect(download.suggestedFilename()).toMatch(/\.json$/);
  });
});

describe('ends before the end', () => {
  it('leaves nothing running after Stop, and starts again at once', async () => {
    await open('scale=0.3');
    await buttons(page).start.click();
    await page.getByRole('listitem').filter({ hasText: 'Download' }).first().waitFor();
    await buttons(page).stop.click();
    await buttons(page).again.waitFor();
    expect(await buttons(page).json.count()).toBe(0);
    await expect.poll(openLoads).toBe(0);
    await buttons(page).again.click();
    await buttons(page).stop.waitFor();
  });

  it('leaves nothing on the server when the tab is closed in mid-test', async () => {
    await open('scale=0.3&autostart=single');
    await expect.poll(openLoads, { timeout: 20_000 }).toBeGreaterThan(0);
    await page.close();
    await expect.poll(openLoads).toBe(0);
  });

  it('says what happened when the server goes away, and has no result', async () => {
    const other = await startSystem();
    await page.goto(`${other.url}/?scale=0.5&autostart=single`);
    await page.getByRole('heading', { name: 'As it happens' }).waitFor();
    process.kill(other.pids.main, 'SIGKILL');
    await page.getByRole('button', { name: 'Try again' }).waitFor();
    expect(await buttons(page).json.count()).toBe(0);
    expect(await page.getByRole('main').innerText()).toMatch(/server/i);
    await other.stop();
  });
});

describe('is accessible', () => {
  it('in every state, dark and light', async () => {
    const found: Record<string, string[]> = {};
    const check = async (state: string) => {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        found[`${state} ${colorScheme}`] = await seriousViolations(page);
      }
    };
    await open('scale=0.3');
    await check('empty');
    await buttons(page).start.click();
    await buttons(page).stop.waitFor();
    await check('running');
    await buttons(page).stop.click();
    await buttons(page).again.waitFor();
    await check('stopped');
    await open();
    await buttons(page).start.click();
    await finishedResult(page);
    await check('done');
    await page.route('**/tests', (route) => route.abort());
    await buttons(page).again.click();
    await page.getByRole('button', { name: 'Try again' }).waitFor();
    await check('failed');
    expect(Object.entries(found).filter(([, violations]) => violations.length > 0)).toEqual([]);
  });
});

/** Load transfers that the server has open now, from its own figures. */
async function openLoads(): Promise<number> {
  const response = await fetch(`${system.url}/stats`);
  const stats = (await response.json()) as { loads: number };
  return stats.loads;
}
