import { type HouseholdResult, householdResultSchema } from '@rowhouse/bufferbloat-protocol';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LaunchOptions } from './browser.ts';
import { openPlainTab, savedJson } from './plain-tab.ts';

export interface PlainHouseholdOptions extends Pick<LaunchOptions, 'namespace'> {
  /** Longest that it may take, in milliseconds. */
  readonly timeoutMs: number;
  /** Called when the browser runs, before it opens the page. */
  readonly onOpen?: () => void;
}

/**
 * One household test as a visitor makes it, from an address that starts it. No debugger looks at the tab's traffic: that
 * would cost more than the test itself.
 */
export async function plainHousehold(url: string, options: PlainHouseholdOptions): Promise<HouseholdResult> {
  const { namespace, timeoutMs, onOpen } = options;
  const tab = await openPlainTab('about:blank', namespace === undefined ? {} : { namespace });
  try {
    onOpen?.();
    await tab.evaluate(`void location.assign(${JSON.stringify(url)})`);
    const untilMs = Date.now() + timeoutMs;
    while (!String(await tab.evaluate('document.body?.innerText ?? ""')).includes('Download JSON')) {
      if (Date.now() > untilMs) throw new Error(`no result within ${timeoutMs / 1000} s`);
      await sleep(1000);
    }
    return householdResultSchema.parse(JSON.parse(await savedJson(tab)));
  } finally {
    await tab.close();
  }
}
