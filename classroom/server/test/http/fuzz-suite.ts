import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Shared } from './session-suite.ts';
import type { Client } from './support.ts';

const ROUTES = [
  ['POST', '/api/session'],
  ['GET', '/api/session'],
  ['DELETE', '/api/session'],
  ['POST', '/api/session/password'],
  ['POST', '/api/first-admin'],
  ['GET', '/api/accounts'],
  ['POST', '/api/accounts'],
  ['PATCH', '/api/accounts/'],
  ['POST', '/api/accounts/:id/reset-password'],
  ['POST', '/api/roster'],
  ['GET', '/api/audit'],
] as const;

/** Characters that databases, paths and terminals take amiss, among others. */
const text = () =>
  fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    fc.constantFrom(
      '\0',
      '\ud800',
      '%00',
      '../..',
      "'; DROP TABLE accounts; --",
      '\u202e',
      'a'.repeat(5_000),
      '-1',
      '1e999',
    ),
  );
const value = () => fc.oneof(text(), fc.jsonValue({ maxDepth: 2 }));
const body = () =>
  fc.oneof(
    fc.record(
      {
        name: fc.oneof(value(), fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,31}$/)),
        password: value(),
        displayName: value(),
        role: fc.oneof(value(), fc.constantFrom('student', 'admin')),
        token: value(),
        current: value(),
        next: value(),
        disabled: value(),
      },
      { requiredKeys: [] },
    ),
    fc.jsonValue({ maxDepth: 3 }),
  );
const type = () =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constant('application/json') },
    { weight: 3, arbitrary: fc.constant('text/csv') },
    fc.constantFrom('text/plain', 'application/json; charset=utf-16', 'multipart/form-data', ';;;', 'a/b'),
  );
/** An account that may be changed. */
const SPARE = { name: 'spare', displayName: 'Spare', role: 'student' } as const;
const headerText = () => fc.string({ unit: fc.constantFrom(...'abz019 ;,="%-_./*\xff'.split('')), maxLength: 60 });
const headers = () =>
  fc.record(
    {
      'content-type': type(),
      origin: headerText(),
      'x-csrf-token': headerText(),
      cookie: headerText(),
      'sec-fetch-site': headerText(),
      'user-agent': headerText(),
      'if-none-match': headerText(),
    },
    { requiredKeys: ['content-type'] },
  );

/** Mostly whole JSON; sometimes anything at all. */
const payload = () =>
  fc.oneof(
    { weight: 5, arbitrary: body().map((given) => JSON.stringify(given) ?? '') },
    { weight: 2, arbitrary: text() },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
  );
const path = () =>
  fc
    .tuple(fc.constantFrom(...ROUTES), fc.oneof(text(), fc.constant('SPARE')), fc.webQueryParameters())
    .map(([[method, route], id, query]) => {
      const inserted = route.endsWith('/')
        ? route + encodeURIComponent(wellFormed(id))
        : route.replace(':id', encodeURIComponent(wellFormed(id)));
      return { method, path: `${inserted}${query === '' ? '' : `?${query}`}`.slice(0, 4_000) };
    });

export function fuzzSuite({ server }: Shared): void {
  describe('whatever is sent', () => {
    const holds = (who: () => Promise<Client>, runs: number) => async () => {
      const client = await who();
      const { cookie, csrf } = client;
      await server().http.accounts.create({ account: null, ip: null }, SPARE);
      const spare = (await server().http.accounts.findByName(SPARE.name))!;
      const statuses = new Map<number, number>();
      await fc.assert(
        fc.asyncProperty(path(), payload(), headers(), fc.boolean(), async (target, sent, given, asItself) => {
          client.cookie = cookie;
          client.csrf = csrf;
          // Signed in with all that belongs to it, half of the time: what comes behind the checks is tried too.
          const fitting = target.path.includes('roster') ? 'text/csv' : 'application/json';
          const extra = asItself ? { 'content-type': fitting } : given;
          const withBody = target.method === 'GET' ? undefined : sent;
          const isOut = target.method === 'DELETE' || target.path.includes('/session');
          if (asItself && isOut && cookie !== '') return;
          const answer = await client.send(target.method, target.path.replace('SPARE', spare.id), withBody, extra);
          statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
          expect(answer.status, JSON.stringify({ target, sent, extra })).not.toBe(500);
          if (answer.status >= 400)
            expect(answer.body).toMatchObject({ error: { code: expect.any(String), message: expect.any(String) } });
        }),
        { numRuns: runs },
      );
      console.log(`fuzz: ${[...statuses].map(([status, count]) => `${status}: ${count}`).join(', ')}`);
      // Nobody's data were harmed, and it still serves.
      expect((await server().client().send('GET', '/api/session')).status).toBe(401);
    };

    it(
      'is answered to strangers without an error of ours',
      holds(async () => server().client(), 250),
    );
    it(
      'is answered to students without an error of ours',
      holds(() => server().signedIn('anna', 'student'), 150),
    );
    it(
      'is answered to admins without an error of ours',
      holds(() => server().signedIn('boss', 'admin'), 400),
    );
  });
}

/** Paths carry no lone surrogates. */
function wellFormed(given: string): string {
  return given.replaceAll(/[\ud800-\udfff]/gu, '\ufffd');
}
