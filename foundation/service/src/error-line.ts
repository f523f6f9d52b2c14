/**
 * One line without a stack for what an operator can mend, which is every error of a catalogue of ours: it has a stable
 * code and its figures. All there is for what only we can mend.
 */
export function errorLine(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? error.code : undefined;
  const catalogued = typeof code === 'string' && code.startsWith('ERR_') && 'details' in error;
  return catalogued ? `rowhouse: ${error.message}` : (error.stack ?? error.message);
}
