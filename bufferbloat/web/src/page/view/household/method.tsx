import { gradeBoundaries } from '../method.tsx';

/** What a household's result stands on, for whoever wants to know before believing it. */
export function HouseholdMethod() {
  return (
    <details class="disclosure">
      <summary>How this is measured</summary>
      <div class="prose">
        <p>
          Every member of the household is served by a server process of its own and simulated by a worker of its own in
          this page. For five seconds the line is left alone; then everyone begins at once and goes on to the end: a
          game with 128 updates a second, a video call both ways, a film in segments, a download that grows until the
          line is full. A message that cannot leave in time is dropped and counted, as the application would do it.
        </p>
        <p>
          Two things are kept apart. Small probes to the same process show how long the path takes, as in the test of
          the line. What the applications send carries the time at which it was wanted, so that its lateness is known
          where it arrives, the wait inside the sender included. Nothing is smoothed, repeated or filled in; where
          somebody was cut off, the charts show a gap.
        </p>
        <p>
          Everyone’s grade is the worse of two: the latency that the others added ({gradeBoundaries()}), and what it did
          to their application. The household’s is that of whoever fared worst.
        </p>
      </div>
    </details>
  );
}
