import type { BarStep } from './steps.ts';
import { secondsInWords, wholeSeconds } from './format.ts';

interface StepperProps {
  readonly steps: readonly BarStep[];
  /** Counted from 1; 0 before the first phase. */
  readonly stepNumber: number;
  readonly leftMs: number;
  /** 0 to 1, of the whole test. */
  readonly fraction: number;
}

const STATUS_WORDS: Readonly<Record<BarStep['status'], string>> = { done: 'done', now: 'running', next: 'to come' };

/** The phases as lengths of one bar, in proportion to their time, with how far each has come. */
export function Stepper({ steps, stepNumber, leftMs, fraction }: StepperProps) {
  return (
    <div class="stepper">
      <div
        class="visually-hidden"
        role="progressbar"
        aria-label="Progress of the test"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(fraction * 100)}
        aria-valuetext={`Step ${stepNumber} of ${steps.length}, ${secondsInWords(leftMs)} left`}
      />
      <ol class="steps">
        {steps.map((step) => (
          <li
            class={`step step-${step.status} step-${step.id}`}
            style={{ flexGrow: step.durationMs }}
            aria-current={step.status === 'now' ? 'step' : undefined}
            key={step.id}
          >
            <span class="step-bar">
              <span class="step-fill" style={{ width: `${(step.fraction * 100).toFixed(1)}%` }} />
            </span>
            <span class="step-name">
              {step.name}
              <span class="visually-hidden">, {STATUS_WORDS[step.status]}</span>
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}

const FIGURE_SPACE = '\u2007'; // as wide as a digit: "9" stands where the last digit of "10" stood, and nothing moves

/** The countdown beside the headline. */
export function TimeLeft({ leftMs }: { readonly leftMs: number }) {
  return (
    <p class="time-left">
      <span class="time-left-value">{String(wholeSeconds(leftMs)).padStart(2, FIGURE_SPACE)}</span> s left
    </p>
  );
}
