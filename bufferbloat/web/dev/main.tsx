import { render } from 'preact';
import '../src/page/styles/index.css';
import { App } from '../src/page/view/app.tsx';
import { theme } from '../src/page/view/theme.ts';
import { fixtureRunner, replayRunner } from './fixtures.ts';
import { householdFixture, householdReplay } from './household-fixtures.ts';

const address = new URL(location.href);
const state = address.searchParams.get('state') ?? 'empty';
// The states of a household are named for it; the page itself goes by its own parameter.
if (state.startsWith('household')) {
  address.searchParams.set('mode', 'household');
  history.replaceState(undefined, '', address);
}
const scheme = address.searchParams.get('theme');
theme.init();
if (scheme === 'light' || scheme === 'dark') document.documentElement.dataset['theme'] = scheme;
const root = document.getElementById('app');
if (root !== null) {
  render(
    <App
      runner={state === 'replay' ? replayRunner() : fixtureRunner(state)}
      household={state === 'household-replay' ? householdReplay() : householdFixture(state)}
    />,
    root,
  );
}
if (state === 'household-options') document.querySelector('details.options')?.setAttribute('open', '');
