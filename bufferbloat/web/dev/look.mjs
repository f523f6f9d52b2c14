// Photographs every state of the page and checks each with axe-core: `node dev/look.mjs <folder> [state …]`.
// Needs /usr/bin/chromium.
import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { build, preview } from 'vite';

const SIZES = { phone: [360, 780], tablet: [768, 1024], wide: [1600, 1000] };
const STATES = [
  'empty',
  'offline',
  'starting',
  'running',
  'draining',
  'stopping',
  'stopped',
  'failed',
  'done-aplus',
  'done-c',
  'done-f',
  'household-empty',
  'household-options',
  'household-five',
  'household-offline',
  'household-loading',
  'household-profiles-failed',
  'household-starting',
  'household-baseline',
  'household-running',
  'household-running-five',
  'household-reconnecting',
  'household-stopping',
  'household-stopped',
  'household-failed',
  'household-done-good',
  'household-done-mixed',
  'household-done-bad',
  'household-done-five',
  'household-done-gap',
  'household-done-boundary',
];

const [folder = 'shots', ...asked] = process.argv.slice(2);
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
await mkdir(folder, { recursive: true });
const configFile = path.join(import.meta.dirname, 'vite.config.ts');
await build({ configFile, logLevel: 'warn' });
// The policy that the server sends, so that whatever it would block shows here.
const headers = { 'Content-Security-Policy': "default-src 'self'; frame-ancestors 'none'" };
const server = await preview({ configFile, preview: { host: '127.0.0.1', port: 0, headers }, logLevel: 'error' });
const base = server.resolvedUrls.local[0];
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
});
let violations = 0;
try {
  for (const [size, [width, height]] of Object.entries(SIZES)) {
    for (const theme of ['light', 'dark']) {
      const context = await browser.newContext({
        viewport: { width, height },
        colorScheme: theme,
        reducedMotion: 'reduce',
      });
      const page = await context.newPage();
      page.on('pageerror', (error) => process.stdout.write(`${size} ${theme}: ${error.stack}\n`));
      page.on('console', (message) => {
        if (message.type() === 'error') process.stdout.write(`${size} ${theme}: ${message.text()}\n`);
      });
      for (const state of asked.length > 0 ? asked : STATES) {
        await page.goto(`${base}?state=${state}`);
        await page.waitForSelector('h1');
        await page.evaluate(
          () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
        );
        await page.screenshot({ path: path.join(folder, `${state}-${size}-${theme}.png`), fullPage: true });
        const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (wider > 0) violations++;
        if (wider > 0) process.stdout.write(`${state} ${size} ${theme}: ${wider} px too wide\n`);
        await page.evaluate(axe);
        const found = await page.evaluate(() => globalThis.axe.run(document));
        for (const { id, impact, nodes } of found.violations) {
          violations++;
          process.stdout.write(
            `${state} ${size} ${theme}: ${impact} ${id}: ${nodes.map(({ html, any }) => `${html.slice(0, 120)} ${any[0]?.message ?? ''}`).join(' | ')}\n`,
          );
        }
      }
      await context.close();
    }
  }
} finally {
  await browser.close();
  await server.close();
}
process.stdout.write(`${violations} violations\n`);
process.exitCode = violations > 0 ? 1 : 0;
