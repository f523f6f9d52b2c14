import { describe, expect, it } from 'vitest';
import { signIn } from '../../src/commands/http-client.ts';
import { connectOperator } from '../../src/commands/operator-client.ts';
import { openSocket } from '../../src/commands/socket-client.ts';
import type { Shared } from './support.ts';

export function commandsSuite({ system }: Shared): void {
  describe('the operator', () => {
    it('adds an account of any role for the operator, and names what is wrong with a bad one', async () => {
      const operator = connectOperator(system().operatorSocket);
      const added = (await operator.post('/accounts', { name: 'ada', displayName: 'Ada', role: 'admin' })) as {
        role: string;
        initialPassword: string;
      };
      expect(added.role).toBe('admin');
      await signIn(system().origin, 'ada', added.initialPassword);
      for (const bad of [
        { name: 'ada', role: 'admin' },
        { name: 'Ada L', displayName: 'x', role: 'admin' },
        { name: 'x' },
      ])
        await expect(operator.post('/accounts', bad)).rejects.toThrow('An account has a name of 1 to 32');
      await expect(operator.post('/accounts', { name: 'ada', displayName: 'x', role: 'teacher' })).rejects.toThrow();
    });

    it('imports a list of students for the operator, whole or not at all', async () => {
      const operator = connectOperator(system().operatorSocket);
      const csv = 'name,display name\nnew.one,New One\nnew.two,New Two\n';
      const { accounts } = (await operator.post('/roster', { csv })) as {
        accounts: { name: string; initialPassword: string }[];
      };
      expect(accounts.map(({ name }) => name)).toEqual(['new.one', 'new.two']);
      await expect(operator.post('/roster', { csv: 'name\nnew.one\n' })).rejects.toThrow();
      const reset = (await operator.post('/reset-password', { name: 'new.one' })) as { initialPassword: string };
      expect(reset.initialPassword).not.toBe(accounts[0]?.initialPassword);
      const fresh = await signIn(system().origin, 'new.one', reset.initialPassword);
      expect(fresh.accountId).toMatch(/^[0-9a-f-]{36}$/);
      await expect(openSocket(fresh)).rejects.toThrow('The socket was refused: Choose a password of your own first.');
    });
  });
}
