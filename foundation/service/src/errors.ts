import { CataloguedError, type ErrorCatalogue } from './catalogued-error.ts';

interface ErrorDetails {
  ERR_CONFIG_VALUE: { readonly source: string; readonly value: unknown; readonly expects: string };
  ERR_CONFIG_UNKNOWN: { readonly source: string; readonly closest: string | undefined };
  ERR_CONFIG_ARGUMENT: { readonly argument: string };
  ERR_CONFIG_MISSING_VALUE: { readonly source: string; readonly expects: string };
  ERR_CONFIG_FILE: { readonly file: string; readonly reason: string };
  ERR_CONFIG_RULE: { readonly source: string; readonly reason: string };
  ERR_LISTEN: { readonly what: string; readonly host: string; readonly port: number; readonly reason: string };
  ERR_TLS_FILE: { readonly file: string; readonly reason: string };
  ERR_TLS_CONTENT: { readonly file: string; readonly reason: string };
  ERR_TLS_MISMATCH: { readonly certFile: string; readonly keyFile: string };
  ERR_USER: { readonly user: string; readonly reason: string };
  ERR_PRIVILEGES: { readonly reason: string };
  ERR_NOT_RUNNING: { readonly port: number; readonly reason: string };
}

/** Stable codes, meant to be matched by callers; the wording of messages may change. */
export type ServiceErrorCode = keyof ErrorDetails;

const messages: ErrorCatalogue<ErrorDetails> = {
  ERR_CONFIG_VALUE: (d) => `${d.source}: ${quote(d.value)} is not ${d.expects}`,
  ERR_CONFIG_UNKNOWN: (d) =>
    `${d.source}: there is no such setting${d.closest === undefined ? '' : `; did you mean ${d.closest}?`}`,
  ERR_CONFIG_ARGUMENT: (d) => `${quote(d.argument)} is not a setting; those begin with --`,
  ERR_CONFIG_MISSING_VALUE: (d) => `${d.source}: needs a value: ${d.expects}`,
  ERR_CONFIG_FILE: (d) => `${d.file}: ${d.reason}`,
  ERR_CONFIG_RULE: (d) => `${d.source}: ${d.reason}`,
  ERR_LISTEN: (d) =>
    `${d.what} cannot listen on ${d.host.includes(':') ? `[${d.host}]` : d.host}:${d.port}: ${d.reason}`,
  ERR_TLS_FILE: (d) => `${d.file}: ${d.reason}`,
  ERR_TLS_CONTENT: (d) => `${d.file}: ${d.reason}`,
  ERR_TLS_MISMATCH: (d) => `${d.keyFile}: is not the private key of the certificate in ${d.certFile}`,
  ERR_USER: (d) => `user ${quote(d.user)}: ${d.reason}`,
  ERR_PRIVILEGES: (d) => `privileges could not be dropped: ${d.reason}`,
  ERR_NOT_RUNNING: (d) => `nothing of ours answers on port ${d.port}: ${d.reason}`,
};

/** Every error that this library throws: a stable `code`, the figures, and one line that names what to mend. */
export class ServiceError<C extends ServiceErrorCode = ServiceErrorCode> extends CataloguedError<ErrorDetails, C> {
  override readonly name = 'ServiceError';

  constructor(code: C, details: ErrorDetails[C]) {
    super(messages, code, details);
  }
}

/** A value on one line, cut short; control characters escaped, so that it cannot disguise itself on a terminal. */
function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

/** Why a system call failed, in words. */
export function systemReason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return SYSTEM_REASONS[code] ?? (error instanceof Error ? error.message : String(error));
}

const SYSTEM_REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOENT: 'no such file',
  EISDIR: 'is a directory',
  EADDRINUSE: 'the port is in use',
  EADDRNOTAVAIL: 'this machine does not have that address',
  EAFNOSUPPORT: 'this machine does not have that address family',
  ENOTFOUND: 'no such host name',
  EINVAL: 'not an address to listen on',
};
