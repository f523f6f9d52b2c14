import type { HouseholdResult, Result } from '@rowhouse/bufferbloat-protocol';
import { fileName, save } from '../files.ts';

interface ActionsProps {
  readonly result: Result | HouseholdResult;
  /** The result as a table. */
  readonly toCsv: () => string;
  readonly onAgain: () => void;
  /** Goes to the first page. */
  readonly onChoose: () => void;
}

/** What can be done with a result. */
export function Actions({ result, toCsv, onAgain, onChoose }: ActionsProps) {
  return (
    <div class="actions result-actions">
      <button type="button" class="button button-primary" onClick={onAgain}>
        Test again
      </button>
      <button
        type="button"
        class="button"
        onClick={() => save(fileName(result, 'json'), 'application/json', `${JSON.stringify(result, null, 2)}\n`)}
      >
        Download JSON
      </button>
      <button type="button" class="button" onClick={() => save(fileName(result, 'csv'), 'text/csv', toCsv())}>
        Download CSV
      </button>
      <button type="button" class="button button-choose" onClick={onChoose}>
        Choose another test
      </button>
    </div>
  );
}
