import { HOSTILE_PROGRAMS } from '@rowhouse/classroom-guard';
import { endReasonSchema, noticeReasonSchema } from '@rowhouse/classroom-protocol';
import { expect, test } from 'vitest';

test('what is expected are reasons of the protocol', () => {
  for (const { ends, notice } of HOSTILE_PROGRAMS) {
    expect(ends.length).toBeGreaterThan(0);
    for (const reason of ends) endReasonSchema.parse(reason);
    if (notice !== undefined) noticeReasonSchema.parse(notice);
  }
});
