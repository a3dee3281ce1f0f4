// Passkeys: what the browser's own window asks the person for, and what becomes of it. For the door and the security page.
const said = document.getElementById('passkey-said');
const token = () => document.querySelector('meta[name=casella-forms]')?.content ?? '';
async function post(path, body, more) {
  const response = await fetch(path, {
    method: 'POST', credentials: 'same-origin', headers: { 'Content-Type': 'application/json', 'X-Casella-Forms': token(), ...more }, body: body ? JSON.stringify(body) : null,
  });
  if (response.status === 204 || response.headers.has('Content-Location')) return response;
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error ?? '');
  return answer;
}
const does = {
  async use(button) {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(await post('/passkey/ask'));
    const to = button.dataset.to || '/', door = await import('./door.js');
    const answer = await post('/passkey/sign-in', (await navigator.credentials.get({ publicKey })).toJSON(), to === '/' && door.preference);
    if (door.isInbox(answer)) await door.enter(answer);
    else location.href = to;
  },
  async add() {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(await post('/passkey/new'));
    await post('/passkey/add', (await navigator.credentials.create({ publicKey })).toJSON());
    location.reload();
  },
};
document.addEventListener('click', async event => {
  const button = event.target instanceof Element ? event.target.closest('[data-passkey]') : null;
  if (!button) return;
  const place = document.getElementById('passkey-said') ?? said;
  try {
    await does[button.dataset.passkey](button);
  } catch (failure) {
    // Who closes the browser's window has changed their mind: that is no error.
    if (failure.name === 'NotAllowedError' || failure.name === 'AbortError') return;
    place.textContent = failure.message || button.dataset.failed;
    place.hidden = false;
  }
});
if (!globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON)
  for (const button of document.querySelectorAll('[data-passkey]')) button.hidden = true;
