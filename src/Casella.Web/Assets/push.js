// Notices of new mail on this device: asks the browser for leave, subscribes with the server's key, tells the server.
const token = () => document.querySelector('meta[name=casella-forms]')?.content ?? '';
const isPossible = 'serviceWorker' in navigator && 'PushManager' in globalThis && 'Notification' in globalThis;

async function post(path, body) {
  const response = await fetch(path, {
    method: 'POST', credentials: 'same-origin', redirect: 'error',
    headers: { 'Content-Type': 'application/json', 'X-Casella-Forms': token() }, body: JSON.stringify(body ?? {}),
  });
  if (!response.ok) throw new Error(String(response.status));
  return response.status === 204 ? {} : response.json();
}
const bytes = text => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), c => c.charCodeAt(0));
const text = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');

async function state() {
  if (!isPossible) return 'none';
  if (Notification.permission === 'denied') return 'denied';
  const worker = await navigator.serviceWorker.getRegistration('/');
  return worker && await worker.pushManager.getSubscription() && card()?.dataset.wanted ? 'on' : 'off';
}
const card = () => document.getElementById('push');

async function turnOn(form) {
  if (await Notification.requestPermission() !== 'granted') return 'denied';
  const { key } = await post('/push/key');
  const worker = await navigator.serviceWorker.register('/worker.js', { scope: '/' });
  await navigator.serviceWorker.ready;
  await (await worker.pushManager.getSubscription())?.unsubscribe();
  const subscription = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
  await post('/push/subscribe', {
    endpoint: subscription.endpoint, p256dh: text(subscription.getKey('p256dh')), auth: text(subscription.getKey('auth')),
    boxes: [...form.querySelectorAll('[data-push-box]:checked')].map(box => +box.value), withContent: form.querySelector('[data-push-content]').checked,
  });
  form.dataset.wanted = '1';
  return 'on';
}
async function turnOff(form) {
  const worker = await navigator.serviceWorker.getRegistration('/');
  await (await worker?.pushManager.getSubscription())?.unsubscribe();
  await post('/push/remove');
  delete form.dataset.wanted;
  return 'off';
}

document.addEventListener('click', async event => {
  const button = event.target instanceof Element ? event.target.closest('[data-push-act]') : null;
  const form = card();
  if (!button || !form) return;
  button.disabled = true;
  try {
    form.dataset.state = await (button.dataset.pushAct === 'off' ? turnOff(form) : turnOn(form));
  } catch {
    form.dataset.state = 'failed'; // The browser has no push service, or it does not answer.
  } finally {
    button.disabled = false;
  }
});

/** Says how it stands, whenever the card is drawn anew. */
export async function adoptPush() {
  const form = card();
  if (form && !form.dataset.state) {
    form.dataset.state = 'asking';
    form.dataset.state = await state();
  }
}
