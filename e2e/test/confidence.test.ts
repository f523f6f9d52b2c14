import path from 'node:path';
import type { ConfidenceReason, Result } from '@rowhouse/bufferbloat-protocol';
import { type Lab, openLab, parseLink } from '@rowhouse/linklab';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import {
  buttons,
  descendants,
  finishedResult,
  firstLine,
  launchBrowser,
  openPlainTab,
  startSystem,
  stutter,
  type System,
} from '@rowhouse/e2e';

const LAUNCHER = path.join(import.meta.dirname, '../../bufferbloat/server/dist/main.js');
const isRoot = process.getuid?.() === 0;

interface Trouble {
  readonly scale?: number;
  /** Begins when the test runs; returns what ends it. */
  readonly begin?: (page: Page, system: System) => Promise<() => unknown> | (() => unknown);
}

/** A test on this machine that something troubles. */
async function troubled({ scale = 0.2, begin }: Trouble): Promise<Result> {
  const [system, browser] = await Promise.all([startSystem(), launchBrowser()]);
  try {
    const page = await browser.newPage();
    await page.goto(`${system.url}/?scale=${scale}`);
    await buttons(page).start.click();
    await buttons(page).stop.waitFor();
    const end = await begin?.(page, system);
    const result = await finishedResult(page);
    await end?.();
    return result;
  } finally {
    await browser.close();
    await system.stop();
  }
}

/** A test across a link of the lab. */
async function acrossLink(
  link: Parameters<typeof parseLink>[0],
  prepare: { readonly lab?: (lab: Lab) => Promise<unknown>; readonly page?: (page: Page) => Promise<unknown> },
): Promise<Result> {
  const lab = await openLab(parseLink(link));
  try {
    await prepare.lab?.(lab);
    const server = lab.spawn('server', process.execPath, [LAUNCHER, '--host', lab.serverAddress]);
    await firstLine(server.stdout, /healthy/);
    const browser = await launchBrowser({ namespace: lab.clientNamespace });
    try {
      const page = await browser.newPage();
      await prepare.page?.(page);
      await page.goto(`http://${lab.serverAddress}:8000/?scale=0.3&autostart=single`);
      return await finishedResult(page);
    } finally {
      await browser.close();
    }
  } finally {
    await lab.close();
  }
}

/** Asserts that a reason is given, and that the level is lower for it. */
function expectReason(result: Result, code: ConfidenceReason['code']): void {
  expect(result.confidence.reasons.map((reason) => reason.code)).toContain(code);
  expect(result.confidence.level).not.toBe('high');
}

describe('a reason to doubt a result is given when it is there', () => {
  it('hidden tab', async () => {
    const system = await startSystem();
    const tab = await openPlainTab(`${system.url}/?scale=0.2&autostart=single`);
    try {
      const text = () => tab.evaluate('document.body?.innerText ?? ""');
      await expect.poll(text).toContain('As it happens');
      await tab.hide();
      await expect.poll(() => tab.evaluate('document.hidden')).toBe(true);
      await tab.show();
      await expect.poll(text, { timeout: 30_000 }).toContain('Download JSON');
      expect(await text()).toMatch(/The page was hidden for/);
      expect(await text()).not.toMatch(/high confidence/i);
    } finally {
      await tab.close();
      await system.stop();
    }
  });

  it('slow browser', async () => {
    const result = await troubled({
      begin: () => {
        const ends = descendants(process.pid, '--type=renderer').map((pid) => stutter(pid, 60, 60));
        expect(ends.length).toBeGreaterThan(0);
        return () => ends.forEach((end) => end());
      },
    });
    expectReason(result, 'browser-busy');
  });

  it('busy server', async () => {
    const result = await troubled({ begin: (_page, system) => stutter(system.pids.ping, 60, 60) });
    expectReason(result, 'server-busy');
  });

  it('few samples', async () => {
    expectReason(await troubled({ scale: 0.1 }), 'few-samples');
  });

  it('a gap in the probes', async () => {
    const result = await troubled({
      scale: 0.3,
      begin: async (page, system) => {
        await page.getByRole('heading', { name: 'As it happens' }).waitFor();
        process.kill(system.pids.ping, 'SIGKILL');
        return () => {};
      },
    });
    expectReason(result, 'gap');
    expect(result.gaps.length).toBeGreaterThan(0);
  });

  it.skipIf(!isRoot)('line not filled: the server sends less than the line carries', async () => {
    // A few kilobytes under way on a long line: little to do for the machine, so that nothing else delays the probes.
    const result = await acrossLink(
      { down: '100mbit/50ms', up: '50mbit/50ms', rtt: '20ms' },
      {
        lab: async (lab) => {
          const limited = await lab.exec('server', 'sysctl', ['-w', 'net.ipv4.tcp_wmem=4096 8192 8192']);
          expect(limited.code).toBe(0);
        },
      },
    );
    expectReason(result, 'line-not-filled');
  });

  it.skipIf(!isRoot)('bbr on the server', async () => {
    const result = await acrossLink(
      { down: '20mbit/100ms', up: '10mbit/100ms' },
      {
        lab: async (lab) => {
          // A route that names an algorithm wins over what the server asked for.
          const routes = await lab.exec('server', 'ip', ['-4', 'route', 'show', 'default']);
          const route = routes.stdout.trim().split(/\s+/);
          const changed = await lab.exec('server', 'ip', ['route', 'change', ...route, 'congctl', 'bbr']);
          expect(changed.stderr).toBe('');
        },
      },
    );
    expect(result.server.congestionControl).toBe('bbr');
    expectReason(result, 'congestion-control');
  });

  it.skipIf(!isRoot)('probes by TCP on a line that loses packets', async () => {
    const result = await acrossLink(
      { down: '10mbit/13ms', up: '10mbit/13ms' },
      {
        // What a privacy setting does that turns WebRTC off.
        page: (page) => page.addInitScript(() => Reflect.deleteProperty(globalThis, 'RTCPeerConnection')),
      },
    );
    expect(result.signal.graded).toBe('websocket');
    expect(result.signal.unavailable.udp).toBeDefined();
    expectReason(result, 'tcp-probes-on-lossy-line');
  });
});
