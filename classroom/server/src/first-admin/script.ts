/** Of the page; plain JavaScript as browsers run it. */
export const SCRIPT = `const form = document.querySelector('form');
const trouble = document.querySelector('[role=alert]');
const status = document.querySelector('[role=status]');
const button = form.querySelector('button');
const token = location.hash.slice(1);

const say = (...lines) => {
  form.hidden = true;
  status.replaceChildren(...lines.map((line) => Object.assign(document.createElement('p'), { textContent: line })));
};

if (token === '') say('This link has no token in it.', 'A new one: npm run classroom -- first-admin');
else form.hidden = false;

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  trouble.textContent = '';
  button.disabled = true;
  const name = form.elements.name.value.trim();
  const password = form.elements.password.value;
  try {
    const answer = await fetch('/api/first-admin', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token, name, password }),
    });
    const body = await answer.json();
    if (!answer.ok) throw new Error(body.error.message);
    history.replaceState(null, '', location.pathname);
    document.querySelector('h1').textContent = 'You run this classroom';
    say(body.account.name + ' is the administrator.', 'Add a class: npm run classroom -- roster add students.csv');
  } catch (error) {
    trouble.textContent = error instanceof TypeError ? 'The classroom does not answer. Try again in a moment.' : error.message;
  } finally {
    button.disabled = false;
  }
});
`;
