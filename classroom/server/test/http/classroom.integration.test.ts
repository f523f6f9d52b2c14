import { afterAll, beforeAll, beforeEach } from 'vitest';
import { startDatabase, type TestDatabase } from '../db/support.ts';
import { accountSuite } from './account-suite.ts';
import { fuzzSuite } from './fuzz-suite.ts';
import { protectionSuite } from './protection-suite.ts';
import { raceSuite } from './race-suite.ts';
import { sessionSuite } from './session-suite.ts';
import { emptyTables, startServer, type TestServer } from './support.ts';

// One PostgreSQL for all of them, empty before each test.
let database: TestDatabase;
let server: TestServer;

beforeAll(async () => {
  database = await startDatabase();
});
afterAll(() => database?.dispose());

beforeEach(async () => {
  server = await startServer(database.folder);
  await emptyTables(server.store);
  return () => server.stop();
});

const shared = { server: () => server, folder: () => database.folder };
sessionSuite(shared);
protectionSuite(shared);
accountSuite(shared);
raceSuite(shared);
fuzzSuite(shared);
