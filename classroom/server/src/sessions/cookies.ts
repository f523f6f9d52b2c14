import { looksLikeToken } from './tokens.ts';

/**
 * The session's cookie. No script reads it, no other site's request carries it, and it ends with the browser: many
 * machines of a school are shared. Over TLS its name makes browsers insist that it is this host's own.
 */
export interface SessionCookie {
  read(header: string | undefined): string | undefined;
  /** Value of `Set-Cookie`. */
  set(token: string): string;
  clear(): string;
}

export function createSessionCookie(secure: boolean): SessionCookie {
  const name = secure ? '__Host-rowhouse' : 'rowhouse';
  const attributes = `Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
  return {
    read(header) {
      for (const part of (header ?? '').split(';')) {
        const at = part.indexOf('=');
        if (at < 0 || part.slice(0, at).trim() !== name) continue;
        const value = part.slice(at + 1).trim();
        if (looksLikeToken(value)) return value;
      }
      return undefined;
    },
    set: (token) => `${name}=${token}; ${attributes}`,
    clear: () => `${name}=; Max-Age=0; ${attributes}`,
  };
}
