export * from './analyse.ts';
export * from './csv.ts';
export * from './explain.ts';
export * from './player.ts';
export * from './recording.ts';
