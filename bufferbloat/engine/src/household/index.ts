export * from './player.ts';
export * from './recording.ts';
