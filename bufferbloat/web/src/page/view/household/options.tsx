import type { Signal } from '@preact/signals';
import type { UserProfile } from '@rowhouse/bufferbloat-protocol';
import { DURATION_S, type HouseholdOptions } from '../../run/household/state.ts';
import { formatRate } from '../format.ts';

const STEP_S = 10;

interface OptionsProps {
  readonly options: Signal<HouseholdOptions>;
  readonly profiles: readonly UserProfile[];
}

/** How long, whether bulk grows, and which variants: tucked away, since the usual ones suit almost everybody. */
export function Options({ options, profiles }: OptionsProps) {
  const { durationS, adaptive } = options.value;
  const change = (part: Partial<HouseholdOptions>) => {
    options.value = { ...options.value, ...part };
  };
  return (
    <details class="options">
      <summary>
        Options: <span class="options-now">{inWords(options.value, profiles)}</span>
      </summary>
      <div class="options-body">
        <div class="option">
          <label class="option-name" for="duration">
            Time with everyone at once
          </label>
          <div class="option-slider">
            <input
              id="duration"
              type="range"
              min={DURATION_S.least}
              max={DURATION_S.most}
              step={STEP_S}
              value={durationS}
              aria-valuetext={`${durationS} seconds`}
              onInput={(event) => change({ durationS: Number(event.currentTarget.value) })}
            />
            <output for="duration" class="option-value">
              {durationS} s
            </output>
          </div>
        </div>
        <div class="option">
          <label class="option-check">
            <input
              type="checkbox"
              checked={adaptive}
              onChange={(event) => change({ adaptive: event.currentTarget.checked })}
            />
            <span class="option-name">Fill fast lines too</span>
          </label>
          <p class="option-about">
            Background downloads ask for more every second until the line is full. Without it, a fast line is never
            busy.
          </p>
        </div>
        {profiles.map((profile) => (
          <Variants profile={profile} options={options} key={profile.id} />
        ))}
      </div>
    </details>
  );
}

function Variants({ profile, options }: { readonly profile: UserProfile; readonly options: Signal<HouseholdOptions> }) {
  const variants = Object.entries(profile.variants ?? {});
  if (variants.length === 0) return null;
  const chosen = options.value.variants[profile.id];
  const choose = (variant: string | undefined) => {
    const { [profile.id]: _, ...others } = options.value.variants;
    options.value = {
      ...options.value,
      variants: variant === undefined ? others : { ...others, [profile.id]: variant },
    };
  };
  const choices = [
    { variant: undefined, mbps: profile.downloadMbps },
    ...variants.map(([variant, mbps]) => ({ variant, mbps })),
  ];
  return (
    <fieldset class="option option-choices">
      <legend class="option-name">{profile.name} begins with</legend>
      {choices.map(({ variant, mbps }) => (
        <label class="choice" key={variant ?? ''}>
          <input
            type="radio"
            name={`variant-${profile.id}`}
            checked={chosen === variant}
            onChange={() => choose(variant)}
          />
          <span>{formatRate(mbps)}</span>
        </label>
      ))}
    </fieldset>
  );
}

function inWords({ durationS, adaptive, variants }: HouseholdOptions, profiles: readonly UserProfile[]): string {
  const rates = profiles.flatMap(({ id, name, variants: known }) => {
    const mbps = known?.[variants[id] ?? ''];
    return mbps === undefined ? [] : [`${name} from ${formatRate(mbps)}`];
  });
  return [`${durationS} seconds`, adaptive ? 'fills fast lines too' : 'fixed rates', ...rates].join(', ');
}
