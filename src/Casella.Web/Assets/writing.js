// The text of a composer: its words as plain text, its signature, the pictures that stand in it.

const path = '/compose/picture/';
const widest = 640;

/** What the reading side shows as a picture, and nothing that could run. */
export const isPicture = file => /^image\/(png|jpeg|gif|webp)$/.test(file.type);

const lineOf = node => node.textContent.replaceAll('\u00a0', ' ').trim();
const isBlock = node => !getComputedStyle(node).display.startsWith('inline');

/** The words of what is written rich, a quotation with the marks by which every program knows it (RFC 3676 §4.5). */
export function plainText(rich) {
  return read(rich).replaceAll('\u00a0', ' ').replace(/^-- ?$/gm, '-- ');
}

function read(node) {
  if (!node.querySelector('blockquote')) return node.innerText;
  let text = '', line = '';
  const end = () => { if (line) text += `${line}\n`; line = ''; };
  for (const child of node.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) { line += child.textContent.replace(/\s+/g, ' '); continue; }
    if (child.nodeType !== Node.ELEMENT_NODE) continue;
    if (child.tagName === 'BR') { text += `${line}\n`; line = ''; continue; }
    if (!isBlock(child)) { line += child.innerText; continue; }
    end();
    const inner = read(child);
    text += child.tagName === 'BLOCKQUOTE' ? quote(inner) : `${inner.replace(/\n$/, '')}\n${child.tagName === 'P' ? '\n' : ''}`;
  }
  end();
  return text;
}

const quote = text => text.trim().split('\n').map(line => (line.startsWith('>') ? `>${line}` : line ? `> ${line}` : '>')).join('\n') + '\n';

// ---- signature

/** The same text with another signature; what its writer has changed by hand is theirs and stays. */
export function withSignature(text, before, after) {
  const old = before ? `\n-- \n${before}\n` : '', next = after ? `\n-- \n${after}\n` : '';
  if (old) return text.replace(old, () => next);
  const quoted = text.search(/\n[^\n]*\n>/);
  return quoted < 0 ? `${text.trimEnd()}\n${next}` : `${text.slice(0, quoted)}${next}${text.slice(quoted)}`;
}

export function exchangeSignature(rich, before, after) {
  const next = after ? ['-- ', ...after.split('\n')].map(lineAsBlock) : [];
  if (!before) {
    if (next.length) next.unshift(lineAsBlock(''));
    const at = beginningOfQuote(rich);
    if (at) at.before(...next); else rich.append(...next);
    return;
  }
  const lines = ['--', ...before.split('\n').map(line => line.trim())];
  for (const head of rich.querySelectorAll('div')) {
    const old = head.closest('blockquote') ? null : blocksWith(head, lines);
    if (!old) continue;
    head.before(...next);
    for (const one of old) one.remove();
    return;
  }
}

function lineAsBlock(line) {
  const block = document.createElement('div');
  if (line) block.textContent = line; else block.append(document.createElement('br'));
  return block;
}

/** The blocks from this one on that say just these lines, or null. */
function blocksWith(head, lines) {
  const found = [];
  let at = head;
  for (const line of lines) {
    if (!at || lineOf(at) !== line) return null;
    found.push(at);
    at = at.nextElementSibling;
  }
  return found;
}

/** Where the words begin that stand above a quotation: "On Monday Anna wrote:". */
function beginningOfQuote(rich) {
  let at = rich.querySelector(':scope > blockquote');
  while (at?.previousElementSibling && lineOf(at.previousElementSibling)) at = at.previousElementSibling;
  return at;
}

// ---- pictures

/** Where a picture goes: the point that something was dropped on, or the caret. */
export function placeIn(rich, event) {
  const selection = getSelection();
  const range = event?.type === 'drop' ? document.caretRangeFromPoint(event.clientX, event.clientY) : selection.rangeCount ? selection.getRangeAt(0) : null;
  if (range && rich.contains(range.startContainer)) return range.cloneRange();
  const end = document.createRange();
  end.selectNodeContents(rich);
  end.collapse(false);
  return end;
}

/** As wide as people read; with the browser's own undo where the writer is in the text. */
export async function showPicture(rich, place, id, name) {
  const picture = new Image();
  picture.src = path + id;
  try { await picture.decode(); } catch { return false; }
  if (!rich.contains(place.startContainer)) place = placeIn(rich);
  let shown = picture;
  if (document.activeElement === rich) {
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(place);
    document.execCommand('insertImage', false, path + id);
    shown = [...rich.querySelectorAll('img')].find(one => one.getAttribute('src') === path + id);
  } else place.insertNode(picture);
  if (!shown) return false;
  shown.alt = name;
  shown.width = Math.min(picture.naturalWidth, widest);
  return true;
}

/** Files that stand in the text. A picture that was moved there has its whole address: the mail knows ours alone. */
export function picturesOf(rich) {
  const found = [];
  for (const picture of rich.querySelectorAll('img')) {
    if (!picture.src.startsWith(location.origin + path)) continue;
    const id = decodeURIComponent(picture.src.slice(location.origin.length + path.length));
    if (picture.getAttribute('src') !== path + id) picture.setAttribute('src', path + id);
    found.push({ id, name: picture.alt || id });
  }
  return found;
}
