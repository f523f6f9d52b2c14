import type { Migration } from 'kysely';
import { first } from './0001-first.ts';

/** Every change of the tables since the first, in order. What has been released is never changed. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-first': first,
};
