import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { Agenda, appointment, type Appointment } from '../../src/household/agenda.ts';

const command = fc.record({
  what: fc.constantFrom('set', 'set', 'set', 'remove', 'take'),
  item: fc.nat(20),
  dueMs: fc.oneof(fc.double({ min: 0, max: 1000, noNaN: true }), fc.constant(Number.POSITIVE_INFINITY)),
});

it('always has the earliest first, however appointments are moved and removed', () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 200 }), (commands) => {
      const agenda = new Agenda<number>();
      const entries: Appointment<number>[] = Array.from({ length: 21 }, (_, item) => appointment(item));
      const model = new Map<Appointment<number>, number>();
      for (const { what, item, dueMs } of commands) {
        const entry = what === 'take' ? agenda.first : entries[item];
        if (!entry) continue;
        if (what === 'set') {
          agenda.set(entry, dueMs);
          model.set(entry, dueMs);
        } else {
          agenda.remove(entry);
          model.delete(entry);
        }
        expect(agenda.size).toBe(model.size);
        expect(agenda.first?.dueMs).toBe(model.size === 0 ? undefined : Math.min(...model.values()));
        expect(agenda.first && model.get(agenda.first)).toBe(agenda.first?.dueMs);
      }
    }),
  );
});
