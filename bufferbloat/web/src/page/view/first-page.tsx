import type { ComponentChildren } from 'preact';
import type { ModeStore } from './mode.ts';
import { ModeChoice } from './mode-choice.tsx';
import { Street } from './street.tsx';

interface FirstPageProps {
  readonly modes: ModeStore;
  /** How this mode measures. */
  readonly method: ComponentChildren;
  readonly children: ComponentChildren;
}

/** Before a test: what to test, and what that mode has to say. No result, real or made up. */
export function FirstPage({ modes, method, children }: FirstPageProps) {
  return (
    <>
      <div class="empty">
        <div class="empty-words">
          <ModeChoice mode={modes.mode.value} onChoose={modes.choose} />
          {children}
        </div>
        <Street />
      </div>
      <div class="below">{method}</div>
    </>
  );
}
