import { describe, expect, it } from 'vitest';
import { serverAddresses } from '../src/index.ts';

describe('the addresses of a server', () => {
  it('are the one it listens on', () => {
    expect(serverAddresses('https', '10.1.2.3', 443)).toEqual(['https://10.1.2.3:443']);
    expect(serverAddresses('http', '127.0.0.1', 8000)).toEqual(['http://127.0.0.1:8000']);
    expect(serverAddresses('https', 'fd00::1', 443)).toEqual(['https://[fd00::1]:443']);
  });

  it('are all of this machine’s, its own name first and none of a single link', () => {
    const all = serverAddresses('https', '::', 1);
    expect(all[0]).toBe('https://localhost:1');
    expect(all.filter((address) => address.includes('fe80:'))).toEqual([]);
    expect(serverAddresses('http', '0.0.0.0', 1).filter((address) => address.includes('['))).toEqual([]);
  });
});
