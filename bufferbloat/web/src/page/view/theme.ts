import { effect, type ReadonlySignal, signal } from '@preact/signals';

/** `auto` follows the system. */
export type ThemeChoice = 'auto' | 'light' | 'dark';

const CHOICES: readonly ThemeChoice[] = ['auto', 'light', 'dark'];
const STORAGE_KEY = 'rowhouse.theme';

const choice = signal<ThemeChoice>('auto');
const paint = signal(0);

/** The colour scheme: what the person chose, kept in this browser, applied to the document's root. */
export const theme: {
  readonly choice: ReadonlySignal<ThemeChoice>;
  /** Applies what was kept, and follows the system and the printer. Call once. */
  readonly init: () => void;
  /** Goes to the next of auto, light and dark. */
  readonly next: () => void;
  /** Calls back whenever colours have to be read anew; returns how to end that. */
  readonly onPaint: (repaint: () => void) => () => void;
} = {
  choice,
  init() {
    choice.value = kept();
    apply(choice.value);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', repaint);
    // Paper is light; a canvas has to be drawn anew for it.
    addEventListener('beforeprint', () => apply('light'));
    addEventListener('afterprint', () => apply(choice.value));
  },
  next() {
    const next = CHOICES[(CHOICES.indexOf(choice.value) + 1) % CHOICES.length] ?? 'auto';
    choice.value = next;
    apply(next);
    keep(next);
  },
  onPaint(listener) {
    let first = true;
    return effect(() => {
      if (paint.value >= 0 && !first) listener();
      first = false;
    });
  },
};

function apply(scheme: ThemeChoice): void {
  const { dataset } = document.documentElement;
  if (scheme === 'auto') delete dataset['theme'];
  else dataset['theme'] = scheme;
  repaint();
}

function repaint(): void {
  paint.value++;
}

/** Storage can be forbidden; then the choice lasts as long as the page. */
function kept(): ThemeChoice {
  try {
    const stored = localStorage.getItem(STORAGE_KEY);
    return CHOICES.find((known) => known === stored) ?? 'auto';
  } catch {
    return 'auto';
  }
}

function keep(next: ThemeChoice): void {
  try {
    localStorage.setItem(STORAGE_KEY, next);
  } catch {
    // As above.
  }
}
