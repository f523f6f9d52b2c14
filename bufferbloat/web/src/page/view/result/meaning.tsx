import { explain } from '@rowhouse/bufferbloat-engine';
import type { Result } from '@rowhouse/bufferbloat-protocol';
import { useMemo } from 'preact/hooks';
import { BrowseIcon, CallIcon, GameIcon, StreamIcon } from '../icons.tsx';

const USES = {
  calls: { name: 'Calls', Icon: CallIcon },
  games: { name: 'Games', Icon: GameIcon },
  streaming: { name: 'Streaming', Icon: StreamIcon },
  browsing: { name: 'Browsing', Icon: BrowseIcon },
} as const;

const VERDICTS = { good: 'fine', fair: 'so-so', poor: 'poor', unknown: 'not known' } as const;

/** What the figures mean for a household while somebody loads the line, and what can be done about it. */
export function Meaning({ result }: { readonly result: Result }) {
  const { activities, advice } = useMemo(() => explain(result), [result]);
  return (
    <section class="panel" aria-labelledby="meaning">
      <h2 class="section-title" id="meaning">
        While somebody downloads or uploads
      </h2>
      <ul class="uses">
        {activities.map(({ id, verdict, text }) => {
          const { name, Icon } = USES[id];
          return (
            <li class={`use use-${verdict}`} key={id}>
              <Icon />
              <h3 class="use-name">
                {name}: <span class="use-verdict">{VERDICTS[verdict]}</span>
              </h3>
              <p>{text}</p>
            </li>
          );
        })}
      </ul>
      <div class="advice">
        <div>
          <h3 class="minor-title">What to do</h3>
          <p class="advice-headline">{advice.headline}</p>
          {advice.shaper !== null && (
            <dl class="shaper">
              <div>
                <dt>Download limit to set</dt>
                <dd>{advice.shaper.downloadMbps} Mbit/s</dd>
              </div>
              <div>
                <dt>Upload limit to set</dt>
                <dd>{advice.shaper.uploadMbps} Mbit/s</dd>
              </div>
            </dl>
          )}
        </div>
        {advice.steps.length > 0 && (
          <ol class="advice-steps">
            {advice.steps.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
        )}
      </div>
    </section>
  );
}
