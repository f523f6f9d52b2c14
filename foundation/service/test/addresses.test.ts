import { describe, expect, it } from 'vitest';
import { reachableAddresses } from '../src/index.ts';

describe('the addresses of a server', () => {
  it('name this machine for loopback', () => {
    expect(reachableAddresses('http', '127.0.0.1', 10_086)).toEqual(['http://localhost:10086']);
    expect(reachableAddresses('http', '::1', 80)).toEqual(['http://localhost:80']);
  });

  it('are the one it listens on', () => {
    expect(reachableAddresses('https', '10.1.2.3', 443)).toEqual(['https://10.1.2.3:443']);
    expect(reachableAddresses('https', 'fd00::1', 443)).toEqual(['https://[fd00::1]:443']);
  });

  it('are all of this machine’s, its own name first and none of a single link', () => {
    const all = reachableAddresses('https', '::', 1);
    expect(all[0]).toBe('https://localhost:1');
    expect(all.filter((address) => address.includes('fe80:'))).toEqual([]);
    expect(reachableAddresses('http', '0.0.0.0', 1).filter((address) => address.includes('['))).toEqual([]);
  });
});
