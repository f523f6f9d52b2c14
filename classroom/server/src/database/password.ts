import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from '@rowhouse/service';
import { DatabaseError } from './errors.ts';
import { connectOnce, startPostgres } from './postgres.ts';
import type { Programs } from './programs.ts';
import { DATABASE_ROLE, type DatabasePlaces } from './settings.ts';

const STOP_MS = 10_000;

/** One that no shell and no SQL text needs to quote. */
export function newPassword(): string {
  return randomBytes(24).toString('hex');
}

/**
 * Sees to it that the one role that may sign in, and its database, exist and that its password is this one: at first,
 * and again when the file that held the password was lost. Call as the database's user, while nothing runs in the
 * cluster: PostgreSQL is run for a moment with a socket that only this user can reach.
 *
 * @throws DatabaseError `ERR_DATABASE_STEP`, `ERR_DATABASE_ENDED`
 */
export async function agreeOnPassword(
  programs: Programs,
  places: DatabasePlaces,
  password: string,
  log: Logger,
): Promise<void> {
  const proofFile = join(places.home, 'password-set');
  const proof = createHash('sha256').update(password).digest('hex');
  if (existsSync(proofFile) && readFileSync(proofFile, 'utf8') === proof) return;
  const socketFolder = places.home;
  mkdirSync(socketFolder, { recursive: true, mode: 0o700 });
  const who = { socketFolder, role: 'postgres', database: 'postgres', password: '' };
  const postgres = startPostgres(programs, places, { socketFolder, access: 'local postgres postgres trust', log });
  try {
    await postgres.ready(who);
    await setUp(who, password);
  } finally {
    await postgres.stop(STOP_MS);
  }
  writeFileSync(proofFile, proof, { mode: 0o600 });
}

async function setUp(who: Parameters<typeof connectOnce>[0], password: string): Promise<void> {
  const client = await connectOnce(who);
  try {
    const role = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [DATABASE_ROLE]);
    const verb = role.rows.length === 0 ? 'CREATE' : 'ALTER';
    await client.query(`${verb} ROLE ${DATABASE_ROLE} LOGIN PASSWORD '${password}'`);
    const database = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE_ROLE]);
    if (database.rows.length === 0) await client.query(`CREATE DATABASE ${DATABASE_ROLE} OWNER ${DATABASE_ROLE}`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DatabaseError('ERR_DATABASE_STEP', { step: 'making the role', reason });
  } finally {
    await client.end();
  }
}
