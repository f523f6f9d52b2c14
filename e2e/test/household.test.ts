import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  buttons,
  finishedHousehold,
  launchBrowser,
  openSessions,
  startSystem,
  type System,
  userProcesses,
} from '@rowhouse/e2e';

const SCALE = 0.15; // 0.75 s of baseline, 9 s of load
const IDS = ['alex', 'sarah', 'jake', 'computer'];

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

const run = (scale = SCALE) => page.goto(`${system.url}/?scale=${scale}&autostart=household`);
const sessions = () => openSessions(system);

describe('a whole household in a real browser', () => {
  it('ends with a result that keeps its schema: every user by a process of their own, nobody missing anything', async () => {
    await run();
    const result = await finishedHousehold(page);
    expect(Object.keys(result.users)).toEqual(IDS);
    expect(result.gaps).toEqual([]);
    const ports = Object.values(result.users).map(({ served }) => served?.port);
    expect(new Set(ports).size).toBe(IDS.length);
    for (const [id, user] of Object.entries(result.users)) {
      expect(user.served, id).toMatchObject({ architecture: 'simple_multiprocess', reconnects: 0 });
      expect(user.signal, id).toBe('udp');
      expect(user.latencyMs.baseline.count, id).toBeGreaterThan(5);
      expect(user.latencyMs.during.count, id).toBeGreaterThan(50);
      expect(user.deliveredShare, id).toBeGreaterThan(0.8);
      for (const { messages, stream } of user.streams) {
        if (messages) expect(messages.arrived + messages.dropped, `${id} ${stream}`).toBe(messages.due);
      }
    }
    expect(result.household.adaptive.steps.length).toBeGreaterThan(3);
    await expect.poll(sessions).toBe(0);
  });

  it('goes on when a user’s process is killed, and shows the gap', async () => {
    await run(0.3);
    await page.getByText(/^\D*[5-9] s left/).waitFor();
    const victim = (await userProcesses(system)).find(({ userId }) => userId === 'sarah');
    process.kill(victim?.pid ?? Number.NaN, 'SIGKILL');
    const result = await finishedHousehold(page);
    expect(result.users['sarah']?.served?.reconnects).toBeGreaterThan(0);
    const gaps = result.gaps.filter(({ what }) => what === 'traffic');
    expect(gaps.map(({ userId }) => userId)).toEqual(['sarah']);
    for (const { fromMs, toMs } of gaps) expect(toMs - fromMs).toBeLessThan(5000);
    expect(result.users['sarah']?.grade.total).not.toBeNull();
    expect(result.users['alex']?.served?.reconnects).toBe(0);
  });

  it('goes through the main server where a firewall blocks the users’ ports', async () => {
    const ports = (await userProcesses(system)).map(({ port }) => port);
    const rules = ports.map((port) => `MAP localhost:${port} 127.0.0.1:9`).join(',');
    const behindFirewall = await launchBrowser({ flags: [`--host-resolver-rules=${rules}`] });
    const other = await behindFirewall.newPage();
    await other.goto(`${system.url}/?scale=${SCALE}&autostart=household`);
    const result = await finishedHousehold(other);
    for (const [id, user] of Object.entries(result.users)) {
      expect(user.served, id).toMatchObject({ architecture: 'simple_multiprocess', reconnects: 0 });
      expect(user.signal, id).toBe('websocket');
      expect(user.deliveredShare, id).toBeGreaterThan(0.8);
    }
    await behindFirewall.close();
  });
});

describe('a household that ends before the end', () => {
  it('leaves nothing running after Stop, and starts again at once', async () => {
    await run(0.5);
    await expect.poll(sessions, { timeout: 20_000 }).toBe(IDS.length);
    await buttons(page).stop.click();
    await buttons(page).again.waitFor();
    expect(await buttons(page).json.count()).toBe(0);
    await expect.poll(sessions).toBe(0);
    expect(page.workers()).toEqual([]);
    await buttons(page).again.click();
    await buttons(page).stop.waitFor();
  });

  it('leaves nothing on the server when the tab is closed in mid-test', async () => {
    await run(0.5);
    await expect.poll(sessions, { timeout: 20_000 }).toBe(IDS.length);
    await page.close();
    await expect.poll(sessions).toBe(0);
  });

  it('says what happened when all servers go away, and has no result', async () => {
    const other = await startSystem();
    await page.goto(`${other.url}/?scale=1&autostart=household`);
    await expect.poll(() => openSessions(other), { timeout: 20_000 }).toBe(IDS.length);
    const all = await userProcesses(other);
    other.process.kill('SIGKILL');
    for (const pid of [other.pids.main, other.pids.ping, ...all.map((each) => each.pid)]) end(pid);
    await buttons(page).again.waitFor({ timeout: 30_000 });
    expect(await buttons(page).json.count()).toBe(0);
    expect(await page.getByRole('main').innerText()).toMatch(/server/i);
  });

  it('says how long to wait when the server takes no more', async () => {
    const error = { code: 'household-full', message: 'All places are taken.', retryAfterS: 30 };
    await page.route('**/ws/virtual-household/**', (route) =>
      route.fulfill({ status: 503, headers: { 'retry-after': '30' }, json: { error } }),
    );
    await run();
    await buttons(page).again.waitFor();
    expect(await page.getByRole('main').innerText()).toContain('All places are taken. Start again in 30 seconds.');
  });
});

/** A process that has gone already is what is wanted. */
function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Its supervisor's death took it along.
  }
}
