export * from './discovery.ts';
export * from './frame.ts';
export * from './profile.ts';
export * from './profiles.ts';
export * from './result.ts';
export * from './session.ts';
