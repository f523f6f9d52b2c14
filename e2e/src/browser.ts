import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Browser, chromium } from 'playwright-core';

/** Where Debian, Ubuntu, Fedora and Arch put a browser of the Chromium family. */
const SYSTEM_BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** No sandbox because tests also run as root, and nothing that would look for hosts outside. */
export const BROWSER_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The system's browser where there is one, else the one that comes with the packages. */
export async function findBrowser(): Promise<string> {
  const system = SYSTEM_BROWSERS.find((file) => existsSync(file));
  if (system !== undefined) return system;
  const bundled = await import('@sparticuz/chromium');
  return bundled.default.executablePath();
}

export interface LaunchOptions {
  /** Run the browser in this network namespace (needs root). */
  readonly namespace?: string;
  /** Flags besides the usual ones. */
  readonly flags?: readonly string[];
}

/** A headless browser; closing it also removes what launching it left on disk. */
export async function launchBrowser(options: LaunchOptions = {}): Promise<Browser> {
  const executable = await findBrowser();
  const args = [...BROWSER_FLAGS, ...(options.flags ?? [])];
  if (options.namespace === undefined) return chromium.launch({ executablePath: executable, args });
  const folder = await mkdtemp(path.join(tmpdir(), 'rowhouse-browser-'));
  const wrapper = path.join(folder, 'browser');
  await writeFile(wrapper, `#!/bin/sh\nexec ip netns exec '${options.namespace}' '${executable}' "$@"\n`);
  await chmod(wrapper, 0o755);
  const browser = await chromium.launch({ executablePath: wrapper, args });
  browser.on('disconnected', () => void rm(folder, { recursive: true, force: true }));
  return browser;
}
