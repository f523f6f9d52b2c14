import { describe, expect, it } from 'vitest';
import { findAccount, ServiceError } from '../src/index.ts';

const passwd = 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/sbin/nologin\nweb:x:33:34::/:/bin/sh\n';

describe('findAccount', () => {
  it('finds by name and by number', () => {
    expect(findAccount('web', passwd)).toEqual({ uid: 33, gid: 34 });
    expect(findAccount('33', passwd)).toEqual({ uid: 33, gid: 34 });
    expect(findAccount('4711', passwd)).toEqual({ uid: 4711, gid: 4711 });
  });

  it.each(['root', '0', 'nosuch', ''])('refuses %j', (user) => {
    expect(() => findAccount(user, passwd)).toThrow(ServiceError);
  });
});
