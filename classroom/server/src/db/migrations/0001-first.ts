import { type Kysely, type Migration, sql } from 'kysely';

/** Accounts, sessions, processes, limits reached, audit. Ids are texts that the server makes. */
export const first: Migration = {
  // A migration knows the tables as they were then, not as today's types say.
  async up(db: Kysely<unknown>) {
    await sql`CREATE SEQUENCE room_uids AS integer MINVALUE 1 MAXVALUE 65535`.execute(db);
    await sql`
      CREATE TABLE accounts (
        id text PRIMARY KEY CHECK (id ~ '^[a-z0-9-]{1,36}$'),
        name text NOT NULL CONSTRAINT accounts_name_unique UNIQUE,
        display_name text NOT NULL,
        role text NOT NULL CHECK (role IN ('student', 'teacher', 'admin')),
        password_hash text NOT NULL,
        must_change_password boolean NOT NULL,
        disabled boolean NOT NULL DEFAULT false,
        room_uid integer NOT NULL UNIQUE DEFAULT nextval('room_uids'),
        created_at timestamptz NOT NULL
      )`.execute(db);
    await sql`
      CREATE TABLE sessions (
        id text PRIMARY KEY,
        token_hash bytea NOT NULL UNIQUE,
        csrf_secret text NOT NULL,
        account text NOT NULL REFERENCES accounts (id),
        login_time timestamptz NOT NULL,
        last_activity timestamptz NOT NULL,
        active_processes jsonb NOT NULL DEFAULT '[]',
        resource_usage jsonb NOT NULL DEFAULT '{}',
        ended_at timestamptz,
        ended_reason text,
        user_agent text,
        ip text
      )`.execute(db);
    await sql`CREATE INDEX sessions_of_account ON sessions (account) WHERE ended_at IS NULL`.execute(db);
    await sql`CREATE INDEX sessions_ended ON sessions (ended_at)`.execute(db);
    await sql`
      CREATE TABLE processes (
        id text PRIMARY KEY,
        account text NOT NULL REFERENCES accounts (id),
        kind text NOT NULL,
        file text,
        started_at timestamptz NOT NULL,
        ended_at timestamptz,
        reason text,
        exit_code integer,
        cpu_ms double precision,
        peak_memory_bytes double precision,
        pid integer NOT NULL,
        start_ticks double precision,
        boot_id text
      )`.execute(db);
    await sql`CREATE INDEX processes_open ON processes (started_at) WHERE ended_at IS NULL`.execute(db);
    await sql`CREATE INDEX processes_of_account ON processes (account, started_at)`.execute(db);
    await sql`CREATE INDEX processes_ended ON processes (ended_at)`.execute(db);
    await sql`
      CREATE TABLE limits_reached (
        id text PRIMARY KEY,
        account text NOT NULL REFERENCES accounts (id),
        limit_name text NOT NULL,
        message text NOT NULL,
        at timestamptz NOT NULL
      )`.execute(db);
    await sql`CREATE INDEX limits_reached_at ON limits_reached (at)`.execute(db);
    await sql`
      CREATE TABLE audit (
        seq integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        id text NOT NULL UNIQUE,
        who text,
        what text NOT NULL,
        whom text,
        detail text,
        ip text,
        at timestamptz NOT NULL
      )`.execute(db);
    await sql`CREATE INDEX audit_at ON audit (at)`.execute(db);
  },
};
