import type { Grade } from '@rowhouse/bufferbloat-protocol';
import type { RunStatus } from '../run/state.ts';
import { GRADE_WORDS } from './words.ts';

const NAME = 'Bufferbloat test';

/** What the title of the tab goes by. */
interface Titled {
  readonly status: RunStatus;
  readonly result: { readonly grade: { readonly total: Grade | null } } | undefined;
}

/** The page's title: what runs or how it ended, so that a tab in the background tells it too. */
export function titleOf({ status, result }: Titled): string {
  switch (status) {
    case 'starting':
    case 'running':
    case 'stopping':
      return `Testing… – ${NAME}`;
    case 'failed':
      return `Test failed – ${NAME}`;
    case 'done': {
      const total = result?.grade.total;
      return total === null || total === undefined ? NAME : `${total}, ${GRADE_WORDS[total].toLowerCase()} – ${NAME}`;
    }
    case 'idle':
    case 'stopped':
      return NAME;
  }
}
