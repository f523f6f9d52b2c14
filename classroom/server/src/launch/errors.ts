import { CataloguedError, type ErrorCatalogue } from '@rowhouse/service';

interface ErrorDetails {
  ERR_LAUNCH_FOLDER: { readonly folder: string; readonly reason: string };
  /** `above`: a folder on the way to it. */
  ERR_LAUNCH_CLOSED: { readonly folder: string; readonly above: string };
  ERR_LAUNCH_PYTHON: { readonly tried: readonly string[]; readonly reason: string };
  ERR_LAUNCH_PLATFORM: { readonly platform: string };
  ERR_LAUNCH_WEAK: { readonly missing: readonly string[]; readonly maxUsers: number };
  ERR_LAUNCH_TAKEN: { readonly folder: string; readonly pid: number };
  ERR_LAUNCH_TIME: { readonly variable: string };
}

/** Stable codes, meant to be matched by callers; the wording of messages may change. */
export type LaunchErrorCode = keyof ErrorDetails;

const messages: ErrorCatalogue<ErrorDetails> = {
  ERR_LAUNCH_FOLDER: (d) => `${d.folder}: ${d.reason}`,
  ERR_LAUNCH_CLOSED: (d) =>
    `${d.folder}: the users of the database and of the rooms cannot pass ${d.above}; chmod o+x ${d.above}, or choose another --data-folder`,
  ERR_LAUNCH_PYTHON: (d) =>
    `the classroom needs Python 3.9 or newer, and ${d.tried.join(', ')} ${d.reason}; install python3, or name one with --python`,
  ERR_LAUNCH_PLATFORM: (d) => `the classroom needs Linux; this is ${d.platform}`,
  ERR_LAUNCH_WEAK: (d) =>
    `students could reach each other here (absent: ${d.missing.join(', ')}), so it does not start for ${d.maxUsers} of them; ` +
    'start it as root with bubblewrap installed, or with --max-users 1, or say --allow-weak-isolation true',
  ERR_LAUNCH_TAKEN: (d) =>
    `${d.folder} is in use by another classroom (process ${d.pid}); stop it, or use --data-folder`,
  ERR_LAUNCH_TIME: (d) => `${d.variable} is for tests: a number from 1 to 1000, and only with --demo`,
};

/** Why the classroom does not start: a stable code and one line that names what to mend. */
export class LaunchError<C extends LaunchErrorCode = LaunchErrorCode> extends CataloguedError<ErrorDetails, C> {
  override readonly name = 'LaunchError';

  constructor(code: C, details: ErrorDetails[C]) {
    super(messages, code, details);
  }
}
