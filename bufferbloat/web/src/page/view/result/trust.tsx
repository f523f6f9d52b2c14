import type { Confidence, ServerTcp } from '@rowhouse/bufferbloat-protocol';
import { formatAt } from '../format.ts';
import { REASON_NAMES } from '../words.ts';

const LEVELS = { low: 1, medium: 2, high: 3 } as const;
const LEVEL_WORDS = { low: 'Low confidence', medium: 'Medium confidence', high: 'High confidence' } as const;

/** The level of confidence: three bars and the word. */
export function ConfidenceMark({ level }: { readonly level: Confidence['level'] }) {
  return (
    <span class={`confidence confidence-${level}`}>
      <svg class="confidence-bars" viewBox="0 0 18 14" width="18" height="14" aria-hidden="true" focusable="false">
        {[1, 2, 3].map((bar) => (
          <rect
            class={bar <= LEVELS[level] ? 'bar-on' : 'bar-off'}
            x={(bar - 1) * 6.5}
            y={14 - bar * 4.5}
            width="4.5"
            height={bar * 4.5}
            rx="1"
            key={bar}
          />
        ))}
      </svg>
      {LEVEL_WORDS[level]}
    </span>
  );
}

/** A stretch without figures, in milliseconds since the test's start. */
export interface NamedGap {
  readonly fromMs: number;
  readonly toMs: number;
  /** Of what or whom. */
  readonly of: string;
  readonly reason: string;
}

interface TrustProps {
  readonly confidence: Confidence;
  readonly gaps: readonly NamedGap[];
  readonly server: ServerTcp;
}

/** How far the result can be trusted: the level, every reason against it, what could not be measured, the sender. */
export function Trust({ confidence, gaps, server }: TrustProps) {
  return (
    <section class="panel" aria-labelledby="trust">
      <h2 class="section-title" id="trust">
        How far to trust this
      </h2>
      <p class="trust-level">
        <ConfidenceMark level={confidence.level} />
      </p>
      {confidence.reasons.length === 0 ? (
        <p>Nothing speaks against it: enough samples, a line that was full, and a browser and server that kept up.</p>
      ) : (
        <ul class="reasons">
          {confidence.reasons.map((reason) => (
            <li key={`${reason.code}-${reason.message}`}>
              <strong>{REASON_NAMES[reason.code]}.</strong> {reason.message}
            </li>
          ))}
        </ul>
      )}
      {gaps.length > 0 && (
        <>
          <h3 class="minor-title">Not measured</h3>
          <ul class="reasons">
            {gaps.map((gap) => (
              <li key={`${gap.of}-${gap.fromMs}`}>
                <strong>
                  {formatAt(gap.fromMs)} to {formatAt(gap.toMs)}
                </strong>{' '}
                ({gap.of}): {gap.reason}
              </li>
            ))}
          </ul>
        </>
      )}
      <p class="fine">
        The server sent with <strong>{server.congestionControl}</strong>
        {server.tcpInfo
          ? ' and read its kernel’s own round-trip times.'
          : '; its kernel’s own round-trip times could not be read.'}
      </p>
    </section>
  );
}
