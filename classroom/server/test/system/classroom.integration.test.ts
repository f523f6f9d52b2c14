import { afterAll, beforeAll, describe, expect } from 'vitest';
import { signIn } from '../../src/commands/http-client.ts';
import { demoPassword } from '../../src/demo/people.ts';
import { commandsSuite } from './commands-suite.ts';
import { filesSuite } from './files-suite.ts';
import { socketSuite } from './socket-suite.ts';
import { canRunRooms, makeDataFolder, type Shared, startSystem, type System } from './support.ts';
import { wholeSuite } from './whole-suite.ts';

// One demo for all of them, each with students of its own.
describe.runIf(canRunRooms)('a whole classroom', () => {
  let system: System;
  const data = canRunRooms ? makeDataFolder() : undefined;

  beforeAll(async () => {
    system = await startSystem(data?.folder ?? '');
  }, 90_000);
  afterAll(async () => {
    const code = await system.stop();
    data?.remove();
    expect(code).toBe(0);
  }, 30_000);

  const shared: Shared = { system: () => system, enter: (name) => signIn(system.origin, name, demoPassword(name)) };
  socketSuite(shared);
  filesSuite(shared);
  commandsSuite(shared);
  wholeSuite(shared);
});
