import { describe, expect, it } from 'vitest';
import { addressOf, modeOf } from '../src/page/view/mode.ts';

const at = (query: string) => new URL(`http://localhost:8000/?${query}`);

describe('modeOf', () => {
  it.each([
    ['', 'single'],
    ['mode=household', 'household'],
    ['mode=single', 'single'],
    ['mode=castle', 'single'],
    ['autostart=household', 'household'],
    ['autostart=single', 'single'],
    ['autostart=single&mode=household', 'single'],
    ['autostart=household&mode=single', 'household'],
    ['autostart=castle&mode=household', 'household'],
  ])('"%s" is %s', (query, mode) => {
    expect(modeOf(at(query))).toBe(mode);
  });
});

describe('addressOf', () => {
  it('remembers the household and keeps what else was asked', () => {
    expect(addressOf(at('scale=0.2'), 'household').search).toBe('?scale=0.2&mode=household');
  });

  it('says nothing for the usual mode', () => {
    expect(addressOf(at('mode=household'), 'single').search).toBe('');
  });

  it('no longer starts by itself once somebody has chosen', () => {
    expect(addressOf(at('autostart=household'), 'single').search).toBe('');
    expect(addressOf(at('autostart=single'), 'household').search).toBe('?mode=household');
  });
});
