import { systemReason } from '@rowhouse/service';

/** Classes and codes of SQLSTATE by which a server says that it is going, coming or not the one that may be written to. */
const GONE = /^(?:08...|57P0[1-5]|25006|28...|3D000)$/;
/** It is there and cannot do it now: too many connections, no space, a statement that took too long. */
const CANNOT_NOW = /^(?:53...|57014|40001|40P01|55P03)$/;
const SQLSTATE = /^[0-9A-Z]{5}$/;

/**
 * What an error of the database's client means.
 *
 * `gone`: the connection, or the database. `cannot-now`: it answers, yet not this. `unclear`: nobody answered in time,
 * which may be its fault or a crowd of ours. `own`: it objects to what was asked.
 */
export function whatItMeans(error: unknown): 'gone' | 'cannot-now' | 'unclear' | 'own' {
  if (!(error instanceof Error)) return 'own';
  const code = 'code' in error ? String(error.code) : '';
  if (SQLSTATE.test(code) && !code.startsWith('E')) {
    if (GONE.test(code)) return 'gone';
    return CANNOT_NOW.test(code) ? 'cannot-now' : 'own';
  }
  if (/^E[A-Z]+$/.test(code)) return 'gone'; // of the operating system
  if (/timeout exceeded when trying to connect/.test(error.message)) return 'unclear';
  if (
    /^(?:Connection terminated|Query read timeout|Client has encountered a connection error|The server does not support SSL|Cannot use a pool after calling end|driver has already been destroyed|Client was closed)/.test(
      error.message,
    )
  )
    return 'gone';
  return 'own';
}

/** Why, in words; some errors of connecting carry none of their own. */
export function reasonOf(error: unknown): string {
  const words = systemReason(error);
  if (words !== '') return words;
  return error instanceof Error && 'code' in error ? String(error.code) : 'no answer';
}
