import type { Result } from '@rowhouse/bufferbloat-protocol';
import { buttons, finishedResult, type LaunchOptions, launchBrowser } from '@rowhouse/e2e';

/** One whole test of the page in a real browser; the result is the one that its JSON button saves. */
export async function testInBrowser(url: string, options: LaunchOptions = {}): Promise<Result> {
  const browser = await launchBrowser(options);
  try {
    const page = await browser.newPage();
    await page.goto(url);
    await buttons(page).start.click();
    return await finishedResult(page);
  } finally {
    await browser.close();
  }
}
