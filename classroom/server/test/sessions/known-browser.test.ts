import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createKnownBrowser } from '../../src/sessions/known-browser.ts';

const cookieOf = (header: string) => header.split(';')[0] ?? '';

describe('a browser with which somebody signed in before', () => {
  it('is known by that name only, and to the server that said so', () => {
    const browser = createKnownBrowser(false);
    const cookie = cookieOf(browser.set('anna'));
    const id = browser.idOf(`a=b; ${cookie}; rowhouse=x`, 'anna');
    expect(id).toMatch(/^[\w-]{43}$/);
    expect(browser.idOf(cookie, 'bert')).toBeUndefined();
    expect(browser.idOf(`x${cookie}`, 'anna')).toBeUndefined();
    expect(createKnownBrowser(false).idOf(cookie, 'anna')).toBeUndefined();
    const other = cookieOf(browser.set('anna'));
    expect(browser.idOf(other, 'anna')).not.toBe(id);
    const mixed = `${cookie.split('.')[0]}.${other.split('.')[1]}`;
    expect(browser.idOf(mixed, 'anna')).toBeUndefined();
  });

  it('sends a cookie that no script and no other site gets', () => {
    expect(createKnownBrowser(true).set('anna')).toMatch(
      /^__Host-rowhouse-browser=[\w-]{43}\.[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict; Secure$/,
    );
  });

  it('is read from anything without harm', () => {
    const browser = createKnownBrowser(false);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (header, name) => {
        expect(browser.idOf(header, name)).toBeUndefined();
      }),
    );
  });
});
