import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readTlsMaterial, ServiceError, tlsOptions } from '../src/index.ts';

const fixture = (name: string) => path.join(import.meta.dirname, 'fixtures', name);
const folder = mkdtempSync(path.join(tmpdir(), 'service-tls-'));
afterAll(() => rmSync(folder, { recursive: true }));
const complaint = (cert: string, key: string): string => {
  try {
    readTlsMaterial(cert, key);
  } catch (error) {
    if (error instanceof ServiceError) return `${error.code} ${error.message}`;
    throw error;
  }
  return 'accepted';
};

describe('readTlsMaterial', () => {
  it('reads a certificate and its key', () => {
    const material = readTlsMaterial(fixture('one.cert.pem'), fixture('one.key.pem'));
    expect(tlsOptions(material)).toMatchObject({ ...material, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3' });
  });

  it('names the file that is missing', () => {
    expect(complaint(fixture('one.cert.pem'), '/nowhere.pem')).toBe('ERR_TLS_FILE /nowhere.pem: no such file');
    expect(complaint(folder, fixture('one.key.pem'))).toBe(`ERR_TLS_FILE ${folder}: is a directory`);
  });

  it('names the file that is something else', () => {
    const name = path.join(folder, 'text.pem');
    writeFileSync(name, 'no certificate');
    expect(complaint(name, fixture('one.key.pem'))).toBe(`ERR_TLS_CONTENT ${name}: is not a PEM certificate`);
    expect(complaint(fixture('one.cert.pem'), name)).toBe(
      `ERR_TLS_CONTENT ${name}: is not a PEM private key without a passphrase`,
    );
  });

  it('names a key that belongs to another certificate', () => {
    expect(complaint(fixture('one.cert.pem'), fixture('other.key.pem'))).toMatch(
      /^ERR_TLS_MISMATCH .*other\.key\.pem: is not/,
    );
  });
});
