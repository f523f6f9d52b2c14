export * from './browser.ts';
export * from './lines.ts';
export * from './system.ts';
