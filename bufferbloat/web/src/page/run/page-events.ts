/** What a runner hears of its page. */
export interface PageListener {
  /** The page goes away, or into the back-forward cache. */
  readonly onLeave: () => void;
  readonly onNetwork: (offline: boolean) => void;
  readonly onHidden: (hidden: boolean) => void;
}

/** Listens to what happens to the page meanwhile. Returns what ends it. */
export function listenToPage({ onLeave, onNetwork, onHidden }: PageListener): () => void {
  const listeners = new AbortController();
  const { signal } = listeners;
  addEventListener('pagehide', onLeave, { signal });
  addEventListener('online', () => onNetwork(!navigator.onLine), { signal });
  addEventListener('offline', () => onNetwork(!navigator.onLine), { signal });
  document.addEventListener('visibilitychange', () => onHidden(document.hidden), { signal });
  return () => listeners.abort();
}
