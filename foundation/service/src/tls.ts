import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { ServiceError, systemReason } from './errors.ts';

/** A certificate chain and its private key, PEM; plain data. */
export interface TlsMaterial {
  readonly cert: string;
  readonly key: string;
}

/**
 * Reads and checks a certificate (chain) and its key.
 *
 * @throws ServiceError `ERR_TLS_FILE`, `ERR_TLS_CONTENT`, `ERR_TLS_MISMATCH`
 */
export function readTlsMaterial(certFile: string, keyFile: string): TlsMaterial {
  const cert = read(certFile);
  const key = read(keyFile);
  const certificate = parse(certFile, 'is not a PEM certificate', () => new X509Certificate(cert));
  const privateKey: KeyObject = parse(keyFile, 'is not a PEM private key without a passphrase', () =>
    createPrivateKey(key),
  );
  if (!certificate.checkPrivateKey(privateKey)) throw new ServiceError('ERR_TLS_MISMATCH', { certFile, keyFile });
  parse(certFile, 'is not usable for TLS', () => createSecureContext({ cert, key }));
  return { cert, key };
}

/** Options for an HTTPS server: TLS 1.3, and 1.2 for those who have nothing newer. */
export function tlsOptions(material: TlsMaterial): SecureContextOptions & { handshakeTimeout: number } {
  return {
    cert: material.cert,
    key: material.key,
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.3',
    handshakeTimeout: 10_000,
  };
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ServiceError('ERR_TLS_FILE', { file, reason: systemReason(error) });
  }
}

function parse<T>(file: string, reason: string, attempt: () => T): T {
  try {
    return attempt();
  } catch {
    throw new ServiceError('ERR_TLS_CONTENT', { file, reason });
  }
}
