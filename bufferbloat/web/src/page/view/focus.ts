import { useEffect, useRef } from 'preact/hooks';

/** A heading that takes the focus when it appears: what had it before is gone. */
export function useFocusOnce() {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return heading;
}
