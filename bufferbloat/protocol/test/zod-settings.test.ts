import { expect, it, vi } from 'vitest';

it('makes no code from text, which the policy of the page forbids', async () => {
  const made = vi.spyOn(globalThis, 'Function');
  const { errorBodySchema } = await import('../src/index.ts');
  expect(errorBodySchema.safeParse({ error: { code: 'x', message: 'y' } }).success).toBe(true);
  expect(made).not.toHaveBeenCalled();
});
