export * from './browser.ts';
export * from './lines.ts';
