import { AutoIcon, Mark, MoonIcon, SunIcon } from './icons.tsx';
import { type ThemeChoice, theme } from './theme.ts';

const THEME_NAMES: Readonly<Record<ThemeChoice, string>> = {
  auto: 'as the system has it',
  light: 'light',
  dark: 'dark',
};

export function Header() {
  const choice = theme.choice.value;
  return (
    <header class="header">
      <p class="brand">
        <Mark />
        <span>
          <strong>Rowhouse</strong> <span class="brand-what">bufferbloat test</span>
        </span>
      </p>
      <button type="button" class="button-icon" onClick={theme.next} title={`Colours: ${THEME_NAMES[choice]}`}>
        {choice === 'auto' ? <AutoIcon /> : choice === 'light' ? <SunIcon /> : <MoonIcon />}
        <span class="visually-hidden">Colours: {THEME_NAMES[choice]}. Change</span>
      </button>
    </header>
  );
}
