import type { Explanation } from '@rowhouse/bufferbloat-engine';

/** What to do about a line: the one thing that helps, what to type in, and the steps there. */
export function AdviceView({ advice }: { readonly advice: Explanation['advice'] }) {
  return (
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
  );
}
