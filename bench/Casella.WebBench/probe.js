// In every page: how long it takes from an act until what it is for is there. Looked at whenever the page changes and in
// every frame, so nothing is rounded to the interval of a poll.
globalThis.bench = {
  watch(isDone, patience) {
    return new Promise((resolve, reject) => {
      const start = performance.now();
      let isOver = false;
      const end = (settle, value) => { isOver = true; watcher.disconnect(); settle(value); };
      const check = () => {
        if (isOver) return;
        let isThere = false;
        try { isThere = isDone(); } catch { /* parts of the page are not there yet */ }
        if (isThere) end(resolve, performance.now());
        else if (performance.now() - start > patience) end(reject, new Error(`not there after ${patience} ms: ${isDone}`));
      };
      const watcher = new MutationObserver(check);
      watcher.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
      const frame = () => { check(); if (!isOver) requestAnimationFrame(frame); };
      frame();
    });
  },
  /** Milliseconds from the act to its end. */
  async timed(does, isDone, patience) {
    const start = performance.now();
    does();
    return await this.watch(isDone, patience) - start;
  },
  /** The act leads to another page: its beginning is remembered for that one. */
  begin(does) {
    sessionStorage.setItem('bench', performance.timeOrigin + performance.now());
    does();
  },
  async end(isDone, patience) { return performance.timeOrigin + await this.watch(isDone, patience) - sessionStorage.getItem('bench'); },
  /** Milliseconds from the remembered beginning to each station on the way to the page, which is loaded or fetched. */
  stations() {
    const zero = +sessionStorage.getItem('bench') - performance.timeOrigin;
    const page = performance.getEntriesByType('resource').findLast(one => one.initiatorType === 'fetch' && one.startTime > zero) ?? performance.getEntriesByType('navigation')[0];
    const all = { leftForm: page.startTime, asked: page.requestStart, firstByte: page.responseStart, lastByte: page.responseEnd, ...this.marks };
    if (page.domInteractive) Object.assign(all, { read: page.domInteractive, scripts: page.domContentLoadedEventEnd });
    return Object.fromEntries(Object.entries(all).map(([name, at]) => [name, at - zero]));
  },
  marks: {},
  /** When it is there, by the clock on the wall. */
  async seen(isDone, patience) { return performance.timeOrigin + await this.watch(isDone, patience); },
  /** Rows that are there before an act, so that those after it are told apart. */
  old(rows) { for (const row of document.querySelectorAll(rows)) row.dataset.old = '1'; },
  isNew(rows) {
    const all = [...document.querySelectorAll(rows)];
    return all.length > 0 && all.every(row => !row.dataset.old);
  },
};
document.addEventListener('load', event => { if (event.target instanceof HTMLIFrameElement) event.target.benchLoaded = event.target.getAttribute('src'); }, true);
// The page's own connection: when it is asked for, open, and brings something.
globalThis.WebSocket = class extends WebSocket {
  constructor(...values) {
    super(...values);
    const mark = name => { bench.marks[name] ??= performance.now(); };
    mark('socketAsked');
    this.addEventListener('open', () => mark('socketOpen'));
    let frames = 0;
    this.addEventListener('message', () => mark(`frame${++frames}`));
  }
};
