/** One Ctrl-C comes twice under npm: from the terminal, and passed on by npm. Later than this it is another. */
const SAME_KEY_MS = 500;

export interface StopKeys {
  /** Whether somebody has asked to stop. */
  readonly asked: boolean;
}

/** The first Ctrl-C (or SIGTERM, or SIGHUP) asks to stop, another ends at once. */
export function watchStopKeys(stop: () => void, endAtOnce: () => void): StopKeys {
  let askedMs: number | undefined;
  const onSignal = () => {
    const nowMs = performance.now();
    if (askedMs === undefined) {
      askedMs = nowMs;
      stop();
    } else if (nowMs - askedMs > SAME_KEY_MS) endAtOnce();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  return {
    get asked() {
      return askedMs !== undefined;
    },
  };
}
