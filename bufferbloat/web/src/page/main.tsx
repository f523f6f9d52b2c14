import { render } from 'preact';
import { createHouseholdRunner } from './run/household/runner.ts';
import { optionsOf } from './run/household/state.ts';
import { createRunner } from './run/runner.ts';
import { scaleOf } from './run/state.ts';
import './styles/index.css';
import { App } from './view/app.tsx';
import { theme } from './view/theme.ts';

const address = new URL(location.href);
const runner = createRunner({ base: new URL('./', address), scale: scaleOf(address) });
const household = createHouseholdRunner({ base: new URL('./', address), scale: scaleOf(address) });
const root = document.getElementById('app');
if (root === null) throw new Error('the page has no #app');

theme.init();
render(<App runner={runner} household={household} />, root);
// A support desk sends such a link: whoever opens it has asked for the test.
const autostart = address.searchParams.get('autostart');
if (autostart === 'single') runner.start();
if (autostart === 'household') household.start(optionsOf(address));
