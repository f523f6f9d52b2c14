export * from './browser.ts';
export * from './household.ts';
export * from './lines.ts';
export * from './page-driver.ts';
export * from './plain-household.ts';
export * from './plain-tab.ts';
export * from './stutter.ts';
export * from './system.ts';
