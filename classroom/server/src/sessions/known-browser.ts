import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const LENGTH = 43;
const KEPT_S = 180 * 86_400;

/**
 * A cookie by which a browser shows that somebody signed in with it before, by that name: who guesses at the name from
 * elsewhere, if only from the next desk, then cannot keep them out. It signs nobody in, says nothing of whom it is for, and
 * holds until the server is started anew.
 */
export interface KnownBrowser {
  /** What to count this browser's attempts at the name by; `undefined`: it is not known to have that name. */
  idOf(header: string | undefined, name: string): string | undefined;
  /** Value of `Set-Cookie` for a browser with which somebody has signed in. */
  set(name: string): string;
}

export function createKnownBrowser(secure: boolean): KnownBrowser {
  const cookie = secure ? '__Host-rowhouse-browser' : 'rowhouse-browser';
  const attributes = `Path=/; Max-Age=${KEPT_S}; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
  const key = randomBytes(32);
  const sign = (id: string, name: string) => createHmac('sha256', key).update(`${id} ${name}`).digest('base64url');
  const pattern = new RegExp(`(?:^|;) *${cookie}=([\\w-]{${LENGTH}})\\.([\\w-]{${LENGTH}}) *(?:;|$)`);
  return {
    idOf(header, name) {
      const [, id = '', mac = ''] = pattern.exec(header ?? '') ?? [];
      if (mac.length !== LENGTH) return undefined;
      return timingSafeEqual(Buffer.from(mac), Buffer.from(sign(id, name))) ? id : undefined;
    },
    set(name) {
      const id = randomBytes(32).toString('base64url');
      return `${cookie}=${id}.${sign(id, name)}; ${attributes}`;
    },
  };
}
