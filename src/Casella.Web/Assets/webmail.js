// The part of the webmail that must not wait for the network: paints what was clicked in the next frame, moves the rows
// of a long list, hears the keys, sets the frame. What is so is decided by the server, whose answer replaces the paint.
import { composer } from './composer.js';
import { adoptPush } from './push.js';

let page = null;
const $ = (selector, within = document) => within.querySelector(selector);
const narrow = matchMedia('(max-width: 719px)');
const rowOf = element => element.closest('.row');
const list = () => document.getElementById('list');
const desk = () => document.getElementById('desk');

// ---- paint: attributes that only this script knows, so the server's drawing never fights with them

const paint = (rows, mark) => { for (const row of rows) if (row) row.dataset.o = [row.dataset.o, mark].filter(Boolean).join(' '); };
const unpaint = () => { for (const row of document.querySelectorAll('.row[data-o]')) delete row.dataset.o; };
let asked = 0;
// What is done before the page is live, in its first moments, is done as soon as it is: it has said whom to ask, and is
// drawn, whichever comes first.
const waiting = [];
let isLive = false;
function goLive() {
  if (isLive || !page || !desk()?.dataset.ready) return;
  isLive = true;
  for (const early of waiting.splice(0)) early();
  if (document.hidden) page.invokeMethodAsync('Hide', true);
  requestAnimationFrame(onScroll);
  composer.goOn();
}
async function ask(method, ...values) {
  asked++;
  try {
    if (!isLive) await new Promise(resolve => waiting.push(resolve));
    return await page.invokeMethodAsync(method, ...values);
  } finally {
    if (--asked === 0) unpaint();
  }
}

// ---- the list: any number of rows, of which a window is there

function placeList() {
  const box = list();
  if (!box) return;
  const [total, first, view] = [+box.dataset.total, +box.dataset.first, box.dataset.view];
  const space = $('.list-space', box), shown = $('.list-window', box);
  // In heights of a row, which the stylesheet knows: to ask how many pixels that is makes the browser look at every style.
  space.style.height = `calc(${total} * var(--row))`;
  shown.style.transform = `translateY(calc(${first} * var(--row)))`;
  if (box.casellaView !== view) {
    // A list that has just come is at its top.
    if (box.casellaView !== undefined) box.scrollTop = 0;
    box.casellaView = view;
    requestAnimationFrame(onScroll);
  } else if (box.casellaFirst !== undefined && box.casellaFirst !== first && !scrolled && box.scrollTop > 0) {
    // Rows came or went above: who reads on stays where he reads.
    box.scrollTop += (first - box.casellaFirst) * rowHeight();
  }
  box.casellaFirst = first;
  scrolled = false;
}
// Asked once for each width and density: to ask makes the browser look at every style on the page.
let knownHeight = 0, knownDensity;
function rowHeight() {
  const box = list();
  if (box?.dataset.density !== knownDensity) {
    knownDensity = box?.dataset.density;
    knownHeight = 0;
  }
  return knownHeight ||= parseFloat(getComputedStyle(box ?? document.documentElement).getPropertyValue('--row'));
}
let scrolled = false, showing = false;
async function onScroll() {
  const box = list();
  if (!box || showing || !page) return;
  const height = rowHeight(), rows = $('.list-window', box).childElementCount, total = +box.dataset.total, first = +box.dataset.first;
  const top = Math.floor(box.scrollTop / height), bottom = Math.ceil((box.scrollTop + box.clientHeight) / height);
  const margin = 8;
  const isMissing = (top - margin < first && first > 0) || (bottom + margin > first + rows && first + rows < total);
  if (!isMissing) return;
  showing = true;
  scrolled = true;
  try { await page.invokeMethodAsync('Show', Math.round((top + bottom) / 2)); } finally { showing = false; }
  requestAnimationFrame(onScroll);
}
function intoView(row) {
  const box = list();
  if (!row || !box) return;
  const top = row.getBoundingClientRect().top - box.getBoundingClientRect().top;
  if (top < 0) box.scrollTop += top;
  else if (top + row.offsetHeight > box.clientHeight) box.scrollTop += top + row.offsetHeight - box.clientHeight;
}

// ---- the frame of a message: the script alone sets its address, so it can begin with the click

function frameTo(path) {
  const frame = $('.mail-frame');
  if (frame && path && frame.getAttribute('src') !== path) frame.setAttribute('src', path);
}
/** A sheet that the server has drawn stands before everything else, and Escape closes it. */
function placeSheets() {
  for (const sheet of document.querySelectorAll('dialog[data-modal]:not([open])')) {
    sheet.showModal();
    sheet.addEventListener('cancel', event => {
      event.preventDefault();
      $('[data-close]', sheet)?.click();
    });
  }
}
function placeFrame() {
  const frame = $('.mail-frame');
  if (frame) frameTo(frame.dataset.src);
}

// ---- rows

function open(row) {
  for (const other of document.querySelectorAll('.row[data-o~=open]')) delete other.dataset.o;
  paint([row], 'open seen');
  frameTo(row.dataset.frame);
  if (narrow.matches && !history.state?.mail) history.pushState({ mail: true }, '');
  ask('OpenRow', row.dataset.k);
}
function act(what, row) {
  const key = row?.dataset.k ?? null;
  const touched = row ? [row] : touchedRows();
  if (['archive', 'delete', 'spam', 'not-spam'].includes(what) || what.startsWith('move:')) paint(touched, 'gone');
  else if (what === 'read') paint(touched, 'seen');
  else if (what === 'unread') paint(touched, 'unseen');
  else if (what === 'star') {
    const isOn = touched.length > 0 && touched.every(one => $('.star', one)?.getAttribute('aria-pressed') === 'true');
    paint(touched, isOn ? 'unstar' : 'star');
  }
  ask('Act', what, key);
}
function touchedRows() {
  const ticked = [...document.querySelectorAll('.row[aria-selected=true]')];
  if (ticked.length) return ticked;
  const key = $('.mail')?.dataset.key ?? $('.row[data-cursor]')?.dataset.k;
  const row = key && document.getElementById(`r${key}`);
  return row ? [row] : [];
}
function tick(row, isRange) {
  paint([row], row.getAttribute('aria-selected') === 'true' && !isRange ? 'untick' : 'tick');
  ask('Tick', row.dataset.k, isRange);
}
function back() {
  if (history.state?.mail) history.back();
  else closeMail();
}
function closeMail() {
  if (narrow.matches && desk()) desk().dataset.pane = 'list';
  ask('CloseMail');
}

// ---- what is clicked

document.addEventListener('click', event => {
  const target = event.target;
  if (!(target instanceof Element)) return;
  const drawer = target.closest('[data-drawer]');
  if (drawer && drawer !== document.body) toggleDrawer(drawer.dataset.drawer === 'open');
  else if (target.closest('.side [data-folder], .side .box, .side [data-act], .folder-more')) toggleDrawer(false);
  closeMenus(target);
  const button = target.closest('[data-act]');
  if (button) {
    if (!button.disabled) act(button.dataset.act, null);
    return;
  }
  if (target.closest('[data-act-local=back]')) return back();
  if (target.closest('[data-keys=help]')) return document.getElementById('keys')?.showModal();
  if (target.closest('[data-print]')) return void setTimeout(() => print());
  const call = target.closest('[data-call-back]');
  if (call) return composer.callBack(call.dataset.callBack);
  const row = rowOf(target);
  if (!row) return;
  const own = target.closest('[data-row-act]');
  if (own) return act(own.dataset.rowAct, row);
  if (target.closest('[data-tick]') || event.ctrlKey || event.metaKey) return tick(row, event.shiftKey);
  if (event.shiftKey) return tick(row, true);
  // On glass the ticked rows grow by a touch, as on every telephone.
  if (narrow.matches && $('.row[aria-selected=true]')) return tick(row, false);
  open(row);
});
function closeMenus(target) {
  for (const menu of document.querySelectorAll('details.menu[open]'))
    if (!menu.contains(target) || target.closest('button.menu-item, a.menu-item')) menu.open = false;
}
function toggleDrawer(isOpen) {
  if (isOpen) document.body.dataset.drawer = 'open';
  else delete document.body.dataset.drawer;
}
addEventListener('popstate', () => closeMail());

// ---- rows are dragged to folders

document.addEventListener('pointerdown', event => {
  const row = event.target instanceof Element ? rowOf(event.target) : null;
  if (row && event.pointerType === 'mouse') row.draggable = true;
  const own = event.target instanceof Element ? event.target.closest('[data-folder][data-own]') : null;
  if (own && event.pointerType === 'mouse') own.draggable = true;
});
document.addEventListener('dragstart', event => {
  const own = event.target instanceof Element ? event.target.closest('[data-folder][data-own]') : null;
  if (own) {
    event.dataTransfer.setData('application/x-casella-folder', own.dataset.folder);
    event.dataTransfer.effectAllowed = 'move';
    return;
  }
  const row = event.target instanceof Element ? rowOf(event.target) : null;
  if (!row) return;
  event.dataTransfer.setData('application/x-casella', row.getAttribute('aria-selected') === 'true' ? '' : row.dataset.k);
  event.dataTransfer.effectAllowed = 'move';
});
const carries = (event, what) => event.dataTransfer?.types.includes(`application/x-casella${what}`) && event.target instanceof Element;
// A message goes into a folder that can hold some; a folder also to the top, beside all the others.
const folderAt = event => carries(event, '') ? event.target.closest('[data-folder]')
  : carries(event, '-folder') ? event.target.closest('[data-folder], [data-folder-top]') : null;
document.addEventListener('dragover', event => {
  for (const other of document.querySelectorAll('.folder[data-o]')) delete other.dataset.o;
  const folder = folderAt(event);
  if (!folder) return;
  event.preventDefault();
  folder.dataset.o = 'drop';
});
document.addEventListener('drop', event => {
  const folder = folderAt(event);
  if (!folder) return;
  event.preventDefault();
  delete folder.dataset.o;
  const moved = event.dataTransfer.getData('application/x-casella-folder');
  if (moved) {
    if (moved !== folder.dataset.folder) ask('MoveFolder', +moved, folder.dataset.folder ? +folder.dataset.folder : null);
    return;
  }
  const key = event.dataTransfer.getData('application/x-casella');
  act(`move:${folder.dataset.folder}`, key ? document.getElementById(`r${key}`) : null);
});

// ---- keys

const isTyping = element => element instanceof Element && element.closest('input, textarea, select, [contenteditable=true]');
const keys = {
  j: () => step(1), k: () => step(-1), ArrowDown: () => step(1), ArrowUp: () => step(-1),
  r: () => act('reply', null), a: () => act('reply-all', null), f: () => act('forward', null), c: () => act('new', null),
  e: () => act('archive', null), '#': () => act('delete', null), Delete: () => act('delete', null), '!': () => act('spam', null),
  s: () => act('star', null), u: () => act('unread', null), x: () => tickCursor(), '/': () => $('#search')?.focus(),
  '?': () => document.getElementById('keys')?.showModal(), Escape: () => back(),
};
document.addEventListener('keydown', event => {
  if (!list() || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 'Escape' && event.target.id === 'search') {
    event.target.value = '';
    search('');
    event.target.blur();
    return;
  }
  if (isTyping(event.target) || $('dialog[open]')) return;
  if (event.key.startsWith('Arrow') && !event.target.closest('.list') && event.target !== document.body) return;
  if (event.key === 'Enter' && event.target === list()) {
    const row = $('.row[data-cursor]');
    if (row) open(row);
    return;
  }
  const does = keys[event.key];
  if (!does) return;
  event.preventDefault();
  does();
});
function step(by) {
  const now = $('.row[data-o~=open]') ?? $('.row[data-open]') ?? $('.row[data-cursor]');
  const next = now ? (by > 0 ? now.nextElementSibling : now.previousElementSibling) : $('.row');
  if (next?.classList.contains('row')) {
    intoView(next);
    open(next);
  } else if (now) ask('Step', by);
}
function tickCursor() {
  const row = $('.row[data-open]') ?? $('.row[data-cursor]') ?? $('.row');
  if (row) tick(row, false);
}

// ---- search as one types

// A fast server is asked at every key; a slow or far one not more often than this, with the newest words, and it lets the
// question before go.
const patience = 120;
let wanted = null, isAsking = false;
async function search(text) {
  wanted = text;
  if (isAsking) return;
  isAsking = true;
  while (wanted !== null) {
    const next = wanted;
    wanted = null;
    await Promise.race([ask('Search', next), new Promise(resolve => setTimeout(resolve, patience))]);
  }
  isAsking = false;
}
document.addEventListener('input', event => { if (event.target.id === 'search') search(event.target.value); });
document.addEventListener('keydown', event => { if (event.target.id === 'search' && event.key === 'Enter') list()?.focus(); });

// ---- what is about to leave counts down by itself

setInterval(() => {
  for (const one of document.querySelectorAll('[data-leaves]')) {
    one.casellaUntil ??= performance.now() + one.dataset.leaves * 1000;
    const left = Math.ceil((one.casellaUntil - performance.now()) / 1000);
    one.textContent = left > 0 ? one.dataset.words.replace('{0}', left) : one.dataset.now;
  }
}, 500);

// ---- what the server draws

let placing = false;
new MutationObserver(() => {
  if (placing) return;
  placing = true;
  queueMicrotask(() => {
    placing = false;
    goLive();
    placeList();
    placeFrame();
    placeSheets();
    composer.adopt(page);
    adoptPush();
  });
}).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-total', 'data-first', 'data-view', 'data-density', 'data-src'] });
document.addEventListener('scroll', event => { if (event.target === list()) requestAnimationFrame(onScroll); }, { capture: true, passive: true });
addEventListener('resize', () => requestAnimationFrame(onScroll));
narrow.addEventListener('change', () => { knownHeight = 0; placeList(); page?.invokeMethodAsync('Narrow', narrow.matches); });

document.addEventListener('visibilitychange', () => page?.invokeMethodAsync('Hide', document.hidden));
adoptPush();

globalThis.casella = {
  start(self) {
    page = self;
    placeList();
    placeFrame();
    composer.adopt(page);
    goLive();
    return narrow.matches;
  },
};

// ---- a value is copied; the button says so for a moment

document.addEventListener('click', async event => {
  const button = event.target.closest('[data-copy]');
  if (!button || 'said' in button.dataset) return;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
  } catch {
    return; // Somebody has forbidden it: the value stands beside the button.
  }
  button.dataset.said = button.dataset.copied;
  setTimeout(() => delete button.dataset.said, 1600);
});

// ---- the page's own connection: it tries until it is back, and a page that the server has forgotten begins anew; what
// was written is in Drafts and in the browser

const lost = document.getElementById('components-reconnect-modal');
lost?.addEventListener('components-reconnect-state-changed', event => {
  if (event.detail.state === 'rejected') composer.keepForNext().finally(() => location.reload());
});
/** Stands for WebSocket: the connection that early.js has opened is taken once; after a loss it is a new one. */
class PageSocket {
  static OPEN = WebSocket.OPEN;
  constructor(address, ...more) {
    const early = globalThis.casellaEarly;
    globalThis.casellaEarly = null;
    if (early?.url !== address || early.readyState > WebSocket.OPEN) return new WebSocket(address, ...more);
    // Who takes it hears that it is open, also when it has been for a while.
    if (early.readyState === WebSocket.OPEN) queueMicrotask(() => early.onopen?.(new Event('open')));
    return early;
  }
}
Blazor.start({
  circuit: {
    // Straight to the WebSocket, without asking first which ways there are and what else is to be loaded: two round trips
    // less until the page is live.
    configureSignalR: builder => builder.withUrl('_blazor', { skipNegotiation: true, transport: 1, WebSocket: PageSocket }),
    initializers: { beforeStart: [], afterStarted: [] },
    reconnectionOptions: { retryIntervalMilliseconds: attempt => Math.min(500 * (attempt + 1), 5000), maxRetries: 100000 },
  },
});
