import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RuntimeError } from '@rowhouse/classroom-runtime';
import { attachment } from '../../src/files/disposition.ts';
import { fileAnswer } from '../../src/files/errors.ts';
import { etagOf, expectedVersion, isKnown } from '../../src/files/precondition.ts';

describe('what must be there for a save to happen', () => {
  it('is a version, nothing, or whatever is there', () => {
    expect(expectedVersion({ 'if-match': '"v1"' })).toBe('v1');
    expect(expectedVersion({ 'if-none-match': '*' })).toBeNull();
    expect(expectedVersion({})).toBeUndefined();
  });

  it.each([
    { 'if-match': '*' },
    { 'if-match': 'v1' },
    { 'if-match': 'W/"v1"' },
    { 'if-match': '"v1", "v2"' },
    { 'if-match': `"${'v'.repeat(200)}"` },
    { 'if-none-match': '"v1"' },
    { 'if-match': '"v1"', 'if-none-match': '*' },
  ])('%j is refused, for ignoring it could lose a save', (headers) => {
    expect(() => expectedVersion(headers)).toThrow(expect.objectContaining({ code: 'bad-request' }) as Error);
  });

  it('knows every version by its tag', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-zA-Z0-9:._-]{1,100}$/), (version) => {
        expect(expectedVersion({ 'if-match': etagOf(version) })).toBe(version);
        expect(isKnown({ 'if-none-match': `"other", W/${etagOf(version)}` }, version)).toBe(true);
        expect(isKnown({ 'if-none-match': '"another one"' }, version)).toBe(false);
      }),
    );
  });
});

describe('the name of a download', () => {
  it('is the file’s, in ASCII and in full', () => {
    expect(attachment('class/Übung 1.py')).toBe(
      `attachment; filename="_bung 1.py"; filename*=UTF-8''%C3%9Cbung%201.py`,
    );
  });

  it('is a header that nothing can break out of, whatever the file is called', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const header = attachment(name);
        expect(header).toMatch(/^attachment; filename="[\x20-\x21\x23-\x7e]*"; filename\*=UTF-8''[\w!#$&+.^`|~%-]*$/);
      }),
    );
  });
});

describe('answers to errors of rooms', () => {
  it('have the status of the protocol', () => {
    const answer = fileAnswer(new RuntimeError('ERR_FILE', { code: 'changed-meanwhile', path: 'a.py' }));
    expect(answer).toMatchObject({ status: 412, error: { code: 'changed-meanwhile' } });
    expect(
      fileAnswer(new RuntimeError('ERR_ROOM_FAILED', { owner: 'a', reason: 'secret' }))?.error.message,
    ).not.toContain('secret');
    expect(fileAnswer(new Error('anything else'))).toBeUndefined();
  });
});
