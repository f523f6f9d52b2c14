import { shapePath } from './marks.ts';

/** A series' mark beside its name. */
export function MarkSign({ index }: { readonly index: number }) {
  return (
    <svg class="mark-sign" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" focusable="false">
      <path d={shapePath(index)} />
    </svg>
  );
}
