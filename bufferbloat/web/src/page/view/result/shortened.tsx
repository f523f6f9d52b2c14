/** That a test was shortened. @param scale below 1 if it was */
export function Shortened({ scale }: { readonly scale: number }) {
  return scale < 1 ? (
    <p class="notice" role="note">
      Shortened test: every phase ran {Math.round(scale * 100)} % of its time, so the figures are less certain.
    </p>
  ) : null;
}
