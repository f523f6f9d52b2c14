export const STYLE = `:root {
  color-scheme: light dark;
  --paper: #f3f4ef;
  --ink: #16201d;
  --soft: #4c5854;
  --field: #fdfdfb;
  --rule: #77827d;
  --focus: #1763a6;
  --trouble: #a01822;
  font: 1.0625rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #131a18;
    --ink: #eef1ea;
    --soft: #a9b5af;
    --field: #1c2522;
    --rule: #7d8a85;
    --focus: #7db8ee;
    --trouble: #ff9a9a;
  }
}
body { margin: 0; background: var(--paper); color: var(--ink); }
main { max-width: 26rem; margin: 0 auto; padding: clamp(1.5rem, 8vh, 6rem) 1.25rem; }
h1 { margin: 0 0 1.5rem; font-size: 1.75rem; line-height: 1.2; }
p { margin: 0 0 1.25rem; overflow-wrap: anywhere; }
.product { margin-bottom: 2.5rem; color: var(--soft); }
.product strong { color: var(--ink); }
label { display: block; margin-bottom: 0.25rem; font-weight: 600; }
input, button { box-sizing: border-box; width: 100%; min-height: 2.875rem; border-radius: 8px; font: inherit; }
input { padding: 0.5rem 0.75rem; border: 1px solid var(--rule); background: var(--field); color: inherit; }
button { border: 0; background: var(--ink); color: var(--paper); font-weight: 600; cursor: pointer; }
button:disabled { opacity: 0.6; cursor: default; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
.hint { margin-top: 0.25rem; color: var(--soft); font-size: 0.9375rem; }
.trouble { color: var(--trouble); }
.trouble:empty { display: none; }
`;
