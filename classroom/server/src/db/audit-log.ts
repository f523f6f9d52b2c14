import type { Kysely } from 'kysely';
import type { AuditEntry } from './api.ts';
import type { Database } from './schema.ts';

export interface AuditLogEntry extends AuditEntry {
  /** Rises with time; where the next page goes on. */
  readonly seq: number;
}

/** The newest first. @param before only what came before this entry */
export async function readAudit(
  db: Kysely<Database>,
  before: number | undefined,
  limit: number,
): Promise<readonly AuditLogEntry[]> {
  const newest = db.selectFrom('audit').selectAll().orderBy('seq', 'desc').limit(limit);
  const rows = await (before === undefined ? newest : newest.where('seq', '<', before)).execute();
  return rows.map(({ seq, who, what, whom, detail, ip, at }) => ({
    seq,
    who,
    what,
    whom,
    detail,
    ip,
    atMs: at.getTime(),
  }));
}
