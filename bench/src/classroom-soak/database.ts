import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const KEPT_DAYS = { sessions: 90, processes: 270, limits_reached: 270, audit: 400 } as const;
type Table = keyof typeof KEPT_DAYS;
/** Of each kind and lesson. */
const ROWS = 10;

/** Looks into the classroom's database from outside, as an operator would. */
export interface Records {
  /** Rows of a former term that get too old in the middle of each lesson, and a session that nobody has used since this morning. */
  plant(lessons: number): void;
  /** Rows by what they are. */
  rows(): Readonly<Record<string, number>>;
}

/** @returns `undefined` where psql is not installed */
export function openRecords(dataFolder: string): Records | undefined {
  const folder = `${dataFolder}/database`;
  const ask = (sql: string) =>
    execFileSync('psql', ['-h', `${folder}/socket`, '-U', 'classroom', '-d', 'classroom', '-AtqF', ' ', '-c', sql], {
      env: { ...process.env, PGPASSWORD: readFileSync(`${folder}/password`, 'utf8').trim() },
      encoding: 'utf8',
    });
  try {
    execFileSync('psql', ['--version'], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  return {
    plant(lessons) {
      const someone = `(SELECT id FROM accounts WHERE name = 'student01')`;
      const each = `generate_series(1, ${lessons}) AS lesson, generate_series(1, ${ROWS}) AS n`;
      const id = `'planted-' || lesson || '-' || n`;
      const at = (table: Table) =>
        `now() - interval '${KEPT_DAYS[table]} days' + lesson * interval '1 hour' - interval '30 minutes'`;
      ask(`
        INSERT INTO sessions (id, token_hash, csrf_secret, account, login_time, last_activity, ended_at, ended_reason)
          SELECT ${id}, sha256((${id})::bytea), '', ${someone}, ${at('sessions')}, ${at('sessions')}, ${at('sessions')}, 'signed-out'
          FROM ${each};
        INSERT INTO processes (id, account, kind, started_at, ended_at, pid)
          SELECT ${id}, ${someone}, 'script', ${at('processes')}, ${at('processes')}, 0 FROM ${each};
        INSERT INTO limits_reached (id, account, limit_name, message, at)
          SELECT ${id}, ${someone}, 'planted', '', ${at('limits_reached')} FROM ${each};
        INSERT INTO audit (id, what, at) SELECT ${id}, 'planted', ${at('audit')} FROM ${each};
        INSERT INTO sessions (id, token_hash, csrf_secret, account, login_time, last_activity)
          SELECT 'forgotten', 'forgotten', '', ${someone}, now() - interval '11.5 hours', now() - interval '11.5 hours'`);
    },
    rows() {
      const planted = `id LIKE 'planted-%'`;
      const own = `NOT ${planted} AND id <> 'forgotten'`;
      const text = ask(`
        SELECT 'sessions', count(*) FROM sessions WHERE ${own} UNION ALL
        SELECT 'processes', count(*) FROM processes WHERE ${own} UNION ALL
        SELECT 'open processes', count(*) FROM processes WHERE ended_at IS NULL UNION ALL
        SELECT 'sign-ins', count(*) FROM audit WHERE what = 'sign-in' UNION ALL
        SELECT 'sign-outs', count(*) FROM audit WHERE what = 'sign-out' UNION ALL
        SELECT 'wrong passwords', count(*) FROM audit WHERE what = 'sign-in-failed' UNION ALL
        SELECT 'forgotten', count(*) FROM sessions WHERE id = 'forgotten' AND ended_reason IS DISTINCT FROM 'expired' UNION ALL
        ${Object.keys(KEPT_DAYS)
          .map((table) => `SELECT 'planted ${table}', count(*) FROM ${table} WHERE ${planted}`)
          .join(' UNION ALL ')} UNION ALL
        SELECT 'connections', count(*) FROM pg_stat_activity WHERE application_name = 'rowhouse-classroom'`);
      return Object.fromEntries(
        text
          .trim()
          .split('\n')
          .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
      );
    },
  };
}
