import { render } from 'preact';
import '../src/page/styles/index.css';
import { App } from '../src/page/view/app.tsx';
import { theme } from '../src/page/view/theme.ts';
import { fixtureRunner, replayRunner } from './fixtures.ts';

const asked = new URL(location.href).searchParams;
const root = document.getElementById('app');
theme.init();
const scheme = asked.get('theme');
if (scheme === 'light' || scheme === 'dark') document.documentElement.dataset['theme'] = scheme;
const state = asked.get('state') ?? 'empty';
if (root !== null) render(<App runner={state === 'replay' ? replayRunner() : fixtureRunner(state)} />, root);
