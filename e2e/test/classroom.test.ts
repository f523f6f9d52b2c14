import { type EmptyClassroom, launchBrowser, seriousViolations, startEmptyClassroom } from '@rowhouse/e2e';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

describe('the link of the first administrator', () => {
  let classroom: EmptyClassroom;
  let browser: Browser;
  beforeAll(async () => {
    [classroom, browser] = await Promise.all([startEmptyClassroom(), launchBrowser()]);
  });
  afterAll(async () => {
    await browser.close();
    await classroom.stop();
  });

  it('makes whoever opens it first the administrator, once', async () => {
    const [page, late] = await Promise.all([browser.newPage(), browser.newPage()]);
    const outside: string[] = [];
    page.on('request', (request) => outside.push(request.url()));
    for (const each of [page, late]) {
      await each.goto(classroom.firstAdminLink);
      await each.getByLabel('Name to sign in with').fill(each === page ? 'ada' : 'eve');
      await each.getByLabel('Password').fill('a password of one’s own');
    }
    expect(await seriousViolations(page)).toEqual([]);
    // Too easy to guess: told, and what was typed stays.
    await page.getByLabel('Password').fill('adaadaadaada');
    await page.getByRole('button').click();
    await expect.poll(() => page.getByRole('alert').textContent()).not.toBe('');
    expect(await page.getByLabel('Name to sign in with').inputValue()).toBe('ada');
    await page.getByLabel('Password').fill('a password of one’s own');
    await page.getByRole('button').click();
    await page.getByText('ada is the administrator.').waitFor();
    // The token is no longer in the address, and no request ever named it.
    const token = classroom.firstAdminLink.split('#')[1] ?? '';
    expect(page.url()).not.toContain(token);
    expect(outside.filter((url) => url.split('#')[0]?.includes(token))).toEqual([]);

    await late.getByRole('button').click();
    await late.getByRole('alert').filter({ hasText: 'not valid, or no longer' }).waitFor();
  });
});
