import { effect, type ReadonlySignal, signal } from '@preact/signals';

/** Time between two drawings, in milliseconds; calmer for whoever asked for little motion. */
export const REDRAW_MS = { usual: 200, reduced: 1000 } as const;

/** How often this visitor wants a running test to be drawn anew, in milliseconds. */
export function redrawMs(): number {
  return matchMedia('(prefers-reduced-motion: reduce)').matches ? REDRAW_MS.reduced : REDRAW_MS.usual;
}

/**
 * A signal of what `look` sees that changes at most once every `everyMs`, however often `changes` do, so that drawing
 * never competes with the test. Returns it with the function that ends it.
 */
export function throttled<View>(
  changes: readonly ReadonlySignal<unknown>[],
  look: () => View,
  everyMs: number,
): { readonly view: ReadonlySignal<View>; readonly end: () => void } {
  const view = signal(look());
  let timer: ReturnType<typeof setTimeout> | undefined;
  const endEffect = effect(() => {
    // Read to be told of changes; what they are is looked up when it is time to draw.
    for (const change of changes) void change.value;
    timer ??= setTimeout(() => {
      timer = undefined;
      view.value = look();
    }, everyMs);
  });
  return {
    view,
    end() {
      endEffect();
      clearTimeout(timer);
    },
  };
}
