export * from './guard.ts';
export * from './obstacle.ts';
