import { type ReadonlySignal, signal } from '@preact/signals';

/** What is tested: the line by itself, or a household on it. */
export type Mode = 'single' | 'household';

const PARAMETER = 'mode';
const AUTOSTART = 'autostart';

const isMode = (asked: string | null): asked is Mode => asked === 'single' || asked === 'household';

/** What `?autostart=` of an address asks for, else its `?mode=`; anything else is the line by itself. */
export function modeOf(address: URL): Mode {
  return [AUTOSTART, PARAMETER].map((name) => address.searchParams.get(name)).find(isMode) ?? 'single';
}

/** The address that opens the page in a mode: it asks for that, and no longer to start by itself. */
export function addressOf(address: URL, mode: Mode): URL {
  const next = new URL(address);
  next.searchParams.delete(AUTOSTART);
  if (mode === 'household') next.searchParams.set(PARAMETER, mode);
  else next.searchParams.delete(PARAMETER);
  return next;
}

/** Which test the page is about, and whether it is being chosen. */
export interface ModeStore {
  readonly mode: ReadonlySignal<Mode>;
  /** Whether the first page is shown although a test has run. */
  readonly choosing: ReadonlySignal<boolean>;
  /** Goes to a mode's first page and keeps the choice in the address. */
  readonly choose: (mode: Mode) => void;
  /** A test begins: the first page is left. */
  readonly leave: () => void;
}

export function createModeStore(): ModeStore {
  const mode = signal<Mode>(modeOf(new URL(location.href)));
  const choosing = signal(false);
  return {
    mode,
    choosing,
    choose(next) {
      mode.value = next;
      choosing.value = true;
      history.replaceState(history.state, '', addressOf(new URL(location.href), next));
    },
    leave() {
      choosing.value = false;
    },
  };
}
