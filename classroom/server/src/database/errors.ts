import { CataloguedError, type ErrorCatalogue } from '@rowhouse/service';

interface ErrorDetails {
  ERR_DATABASE_PLATFORM: { readonly platform: string };
  ERR_DATABASE_PROGRAMS: { readonly program: string; readonly reason: string };
  ERR_DATABASE_FOLDER: { readonly folder: string; readonly reason: string };
  ERR_DATABASE_PATH_LENGTH: { readonly path: string; readonly limit: number };
  ERR_DATABASE_VERSION: { readonly folder: string; readonly found: string; readonly programs: string };
  ERR_DATABASE_STEP: { readonly step: string; readonly reason: string };
  ERR_DATABASE_ENDED: { readonly how: string };
  ERR_DATABASE_TAKEN: { readonly pid: number };
}

export type DatabaseErrorCode = keyof ErrorDetails;

const INSTEAD = 'Set DATABASE_URL to use a PostgreSQL of your own.';

const messages: ErrorCatalogue<ErrorDetails> = {
  ERR_DATABASE_PLATFORM: (d) => `there is no PostgreSQL among the packages for ${d.platform}. ${INSTEAD}`,
  ERR_DATABASE_PROGRAMS: (d) => `PostgreSQL's ${d.program} does not run here: ${d.reason}. ${INSTEAD}`,
  ERR_DATABASE_FOLDER: (d) => `${d.folder}: ${d.reason}`,
  ERR_DATABASE_PATH_LENGTH: (d) =>
    `${d.path}: a socket's path may have ${d.limit} bytes at most; choose a shorter data folder`,
  ERR_DATABASE_VERSION: (d) =>
    `${d.folder} is of PostgreSQL ${d.found}, the programs are of ${d.programs}: it must be converted with pg_upgrade`,
  ERR_DATABASE_STEP: (d) => `${d.step}: ${d.reason}`,
  ERR_DATABASE_ENDED: (d) => `PostgreSQL ended by itself: ${d.how}`,
  ERR_DATABASE_TAKEN: (d) => `process ${d.pid} holds the database's folder and could not be ended`,
};

/** Why the embedded database could not be had: a stable code and one line that names what to mend. */
export class DatabaseError<C extends DatabaseErrorCode = DatabaseErrorCode> extends CataloguedError<ErrorDetails, C> {
  override readonly name = 'DatabaseError';

  constructor(code: C, details: ErrorDetails[C]) {
    super(messages, code, details);
  }
}
