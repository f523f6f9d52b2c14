import { expect, test } from 'vitest';
import { CataloguedError, type ErrorCatalogue, errorLine } from '../src/index.ts';

interface Details {
  ERR_BREAD: { readonly loaves: number };
  ERR_MILK: { readonly reason: string };
}

const catalogue: ErrorCatalogue<Details> = {
  ERR_BREAD: (d) => `there are only ${d.loaves} loaves`,
  ERR_MILK: (d) => `no milk: ${d.reason}`,
};

class PantryError<C extends keyof Details> extends CataloguedError<Details, C> {
  override readonly name = 'PantryError';
}

test('has its code, its figures, and the sentence of its catalogue', () => {
  const cause = new Error('drought');
  const error = new PantryError(catalogue, 'ERR_BREAD', { loaves: 2 }, { cause });
  expect(error).toMatchObject({ name: 'PantryError', code: 'ERR_BREAD', details: { loaves: 2 }, cause });
  expect(error.message).toBe('there are only 2 loaves');
  expect(error.stack).toContain('catalogued-error.test.ts');
});

test('is told in one line', () => {
  expect(errorLine(new PantryError(catalogue, 'ERR_MILK', { reason: 'sour' }))).toBe('rowhouse: no milk: sour');
});
