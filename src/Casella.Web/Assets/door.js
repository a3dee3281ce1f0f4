// The door becomes the inbox without a page being loaded: styles and scripts came and ran while a password was typed, so
// that only what is new comes now, as the answer to the form itself (docs/adr/0061). Without this script, and on the way to
// every other page, the form is sent as forms are.

/** What asks for the inbox as the answer. */
export const preference = { Prefer: 'return=representation' };
/** Whether the answer is it. */
export const isInbox = answer => answer.ok && answer.headers.get('Content-Location') === '/';

// So long the page's connection takes to open beside the server, and to become live. The door stays for as long; a server
// that is farther away lets its first drawing be looked at, as soon as this thread need not say the words any more.
const opening = 20, patience = 100, far = 250;
const pause = time => new Promise(resolve => setTimeout(resolve, time));

/** Puts the inbox in the place of the door. Whatever fails, the inbox is loaded as pages are. */
export async function enter(answer) {
  try {
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    if (isOfTheseScripts(page)) await become(page);
    else location.replace('/');
  } catch (failure) {
    console.warn('The inbox is loaded as a page:', failure);
    location.replace('/');
  }
}
/** A server that has been renewed meanwhile has others. */
const isOfTheseScripts = page =>
  new URL(page.querySelector('script[src$="/webmail.js"]').getAttribute('src'), location).href === new URL('webmail.js', import.meta.url).href;
async function become(page) {
  const door = document.querySelector('.door'), desk = page.getElementById('desk');
  history.replaceState(null, '', '/');
  const socket = casellaSayAhead(page);
  const said = new Promise(resolve => socket.addEventListener('open', resolve));
  await Promise.race([said, pause(opening)]);
  desk.hidden = true;
  adopt(page, door);
  door.querySelector('form').reset();
  const live = isLive();
  await import('./webmail.js');
  await Promise.race([live, Promise.all([said, pause(patience)]), pause(far)]);
  // Blazor has counted it among the page's children, and looks for it when it goes to another page: it stays, hidden and without what was typed.
  door.hidden = true;
  desk.hidden = false;
  await live;
  // Who does not see the page hears where they are.
  const focused = document.activeElement;
  if (focused === document.body || door.contains(focused)) document.getElementById('list')?.focus({ preventScroll: true, focusVisible: false });
}
function adopt(page, door) {
  document.documentElement.lang = page.documentElement.lang;
  document.title = page.title;
  document.head.append(page.querySelector('meta[name=casella-forms]'));
  for (const old of [...document.body.children]) if (old !== door) old.remove();
  document.body.append(...page.body.childNodes);
  // What Blazor keeps for itself stands behind the end of the document, the door's as well.
  const kept = of => [...of.childNodes].filter(node => node.nodeType === Node.COMMENT_NODE);
  for (const old of kept(document)) old.remove();
  document.append(...kept(page));
}
/** When Blazor has drawn the page. */
const isLive = () => new Promise(resolve => {
  const watcher = new MutationObserver(() => {
    if (!document.querySelector('#desk[data-ready]')) return;
    watcher.disconnect();
    resolve();
  });
  watcher.observe(document.body, { childList: true, subtree: true });
});

document.addEventListener('submit', async event => {
  const form = event.target;
  if (!form.matches('form[data-enter]') || typeof casellaSayAhead !== 'function' || typeof Blazor !== 'object') return;
  event.preventDefault();
  if (form.ariaBusy) return;
  form.ariaBusy = 'true';
  const answer = await fetch(form.action, { method: 'POST', headers: preference, body: new URLSearchParams(new FormData(form)) }).catch(() => null);
  if (answer && isInbox(answer)) await enter(answer);
  else if (answer?.redirected) location.replace(answer.url);
  // No answer, or none of our pages: the browser shows it as it does.
  else form.submit();
});
