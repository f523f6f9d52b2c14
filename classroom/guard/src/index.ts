export * from './guard.ts';
export * from './hostile-program.ts';
export * from './obstacle.ts';
export { HOSTILE_PROGRAMS } from './programs/index.ts';
