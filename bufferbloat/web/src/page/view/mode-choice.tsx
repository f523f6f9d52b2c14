import { HouseIcon, LineIcon } from './icons.tsx';
import type { Mode } from './mode.ts';

interface ModeChoiceProps {
  readonly mode: Mode;
  readonly onChoose: (mode: Mode) => void;
}

const MODES = [
  { mode: 'single', name: 'Just this line', about: 'One grade in 40 seconds', Icon: LineIcon },
  { mode: 'household', name: 'A whole household', about: 'What each person would feel', Icon: HouseIcon },
] as const;

/** The one place where a visitor says what to test: two radio buttons, so that the arrow keys go between them. */
export function ModeChoice({ mode, onChoose }: ModeChoiceProps) {
  return (
    <fieldset class="modes">
      <legend class="visually-hidden">What to test</legend>
      {MODES.map(({ mode: value, name, about, Icon }) => (
        <label class="mode" key={value}>
          <input type="radio" name="mode" value={value} checked={mode === value} onChange={() => onChoose(value)} />
          <Icon />
          <span class="mode-words">
            <span class="mode-name">{name}</span>
            <span class="mode-about">{about}</span>
          </span>
          <span class="mode-dot" aria-hidden="true" />
        </label>
      ))}
    </fieldset>
  );
}
