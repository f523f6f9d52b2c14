import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { HOUSEHOLD_PROFILES, type UserProfile } from '@rowhouse/bufferbloat-protocol';
import { afterAll, describe, expect, it } from 'vitest';
import { householdProfiles } from '../src/household-users.ts';
import { CAMERA } from './support/camera.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'household-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = path.join(folder, 'users.json');
const write = (content: unknown) =>
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));

describe('further user types', () => {
  it('are none without a file', () => {
    expect(householdProfiles(null)).toBe(HOUSEHOLD_PROFILES);
  });

  it('come after those of the documents', () => {
    write([CAMERA]);
    expect(householdProfiles(file)).toEqual([...HOUSEHOLD_PROFILES, CAMERA]);
  });

  const { id: _id, ...nameless } = CAMERA;
  const twice = { ...CAMERA, port: 8001 } satisfies UserProfile;
  it.each([
    ['{', 'is not valid JSON'],
    ['{}', 'expected array'],
    [[{ ...CAMERA, id: 'Camera' }], '[0].id: lower-case letters, digits and dashes, at most 32'],
    [[nameless], '[0].id: '],
    [[CAMERA, { ...CAMERA, id: 'b', streams: [{ kind: 'bulk', flow: 'upload', mbps: -1 }] }], '[1].streams[0].mbps: '],
    [[{ ...CAMERA, downloadMpbs: 1 }], 'downloadMpbs'],
    [[CAMERA, CAMERA], 'there is already a user "camera"'],
    [[{ ...CAMERA, id: 'alex' }], 'there is already a user "alex"'],
    [[twice], 'user "camera": port 8001 is that of user "jake"'],
  ])('are refused by file and field: %j', (content, message) => {
    write(content);
    expect(() => householdProfiles(file)).toThrow(`${file}: `);
    expect(() => householdProfiles(file)).toThrow(message);
  });

  it('are refused when there is no such file', () => {
    expect(() => householdProfiles(path.join(folder, 'none.json'))).toThrow('none.json: no such file');
  });
});
