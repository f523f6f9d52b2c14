import { explain } from '@rowhouse/bufferbloat-engine';
import type { Result } from '@rowhouse/bufferbloat-protocol';
import { useMemo } from 'preact/hooks';
import { AdviceView } from './advice.tsx';
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
      <AdviceView advice={advice} />
    </section>
  );
}
