import type { HouseholdResult, Result } from '@rowhouse/bufferbloat-protocol';

/** Name of a saved result: date and time of the test (UTC) and the start of its id, safe on every file system. */
export function fileName(result: Result | HouseholdResult, extension: 'json' | 'csv'): string {
  const stamp = result.startedAt.slice(0, 16).replace('T', '-').replaceAll(':', '');
  const id = result.id.replaceAll(/[^A-Za-z0-9_-]/g, '').slice(0, 8);
  return `${result.mode === 'household' ? 'household' : 'bufferbloat'}-${stamp}-${id}.${extension}`;
}

/** Lets the browser save a text as a file. */
export function save(name: string, type: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The download has taken its reference by the time the next task runs.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
