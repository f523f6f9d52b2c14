export const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>First administrator · Rowhouse classroom</title>
<link rel="stylesheet" href="/first-admin.css">
<link rel="icon" href="data:,">
<main>
  <p class="product"><strong>Rowhouse</strong> classroom</p>
  <h1>Become the administrator</h1>
  <noscript><p>This page needs JavaScript. From a terminal: <code>npm run classroom -- account add NAME --role admin</code></p></noscript>
  <form hidden>
    <p>This classroom has nobody yet. Whoever fills this in first runs it.</p>
    <label for="name">Name to sign in with</label>
    <input id="name" name="name" autocomplete="username" autocapitalize="none" spellcheck="false" required maxlength="32" aria-describedby="name-hint">
    <p class="hint" id="name-hint">Letters a to z, digits, dots, dashes and underscores.</p>
    <label for="password">Password</label>
    <input id="password" name="password" type="password" autocomplete="new-password" required minlength="10" aria-describedby="password-hint">
    <p class="hint" id="password-hint">At least 10 characters; a few words are good.</p>
    <p class="trouble" role="alert"></p>
    <button>Make me the administrator</button>
  </form>
  <section role="status"></section>
</main>
<script type="module" src="/first-admin.js"></script>
</html>
`;
