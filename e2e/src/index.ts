export * from './browser.ts';
export * from './lines.ts';
export * from './page-driver.ts';
export * from './stutter.ts';
export * from './system.ts';
