import { GRADE_BOUNDARIES_MS } from '@rowhouse/bufferbloat-engine';

/** What a result stands on, for whoever wants to know before believing it. */
export function Method() {
  return (
    <details class="disclosure">
      <summary>How this is measured</summary>
      <div class="prose">
        <p>
          Small probes go to a server process that carries no other traffic, ten to fifty a second, on schedule whatever
          has come back. First the line is left alone for five seconds: the median is the baseline. Then up to six
          connections fill it, down, up, and both; the build-up of each is left out of the grade.
        </p>
        <p>
          Added latency is the median under load minus the baseline. A probe that is still under way when its time is up
          counts with the age it has reached; one that never returns counts as lost. Nothing is smoothed, repeated or
          filled in. Downloaded bytes are counted in this browser, uploaded ones on the server, where they arrive.
        </p>
        <p>The grade goes by the added latency: {gradeBoundaries()}. The total is the worst of the three.</p>
      </div>
    </details>
  );
}

/** The boundaries of the grades in half a sentence. */
export function gradeBoundaries(): string {
  return GRADE_BOUNDARIES_MS.map(([grade, belowMs]) =>
    Number.isFinite(belowMs) ? `below ${belowMs} ms ${grade}` : `from there on ${grade}`,
  ).join(', ');
}
