export * from './browser.ts';
export * from './lines.ts';
export * from './page-driver.ts';
export * from './system.ts';
