// `npm run bench:tab-memory`: the memory of the page's tab over a whole test on a line of 1 Gbit/s in both directions.
// The tab is the browser's renderer process of the page, its workers included, sampled from /proc five times a second.
import { printRows, saveResults } from '../shared/verdict.ts';
import { runLink } from '../accuracy/run.ts';
import { watchRenderers } from './renderers.ts';

const LINK = { name: '1 Gbit/s', down: '1000mbit/5ms', up: '1000mbit/5ms' };
const LIMIT_MB = 250;

const watch = watchRenderers(200);
const { result } = await runLink(LINK).finally(() => watch.stop());
const { rss, pss, samples } = watch.peak();
const { download, upload } = result.throughputMbps;
const rate = `${download.mean?.toFixed(0) ?? '?'} down, ${upload.mean?.toFixed(0) ?? '?'} up`;

const short = printRows('Memory of the tab over a whole test at 1 Gbit/s', [
  {
    what: 'goodput that the page found, Mbit/s',
    figure: rate,
    target: 'at least 900 each: the line is filled',
    ok: (download.mean ?? 0) >= 900 && (upload.mean ?? 0) >= 900,
  },
  {
    what: `peak memory of the tab, ${samples} samples`,
    figure: `${(pss / 1e6).toFixed(1)} MB PSS, ${(rss / 1e6).toFixed(1)} MB RSS`,
    target: `<= ${LIMIT_MB} MB`,
    ok: samples > 0 && pss / 1e6 <= LIMIT_MB,
  },
]);
saveResults('tab-memory', { link: LINK, peakPssMb: pss / 1e6, peakRssMb: rss / 1e6, download, upload });
process.exitCode = short === 0 ? 0 : 1;
