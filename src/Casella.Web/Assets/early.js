// Opens the page's own connection as soon as the page has been read, and says on it what Blazor, whose script comes later,
// will say first: these four messages follow from the page alone. Blazor takes the connection (webmail.js), its own words
// are compared and kept back, and the server's answers are there already: three round trips less until the page is live
// (docs/adr/0060). If they are not the same octets, the page is loaded again and says nothing ahead in this tab.
// A page comes by being loaded, or takes the place of the door (door.js).
globalThis.casellaSayAhead = read => {
  const socket = globalThis.casellaEarly = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/_blazor`);
  const plain = 'casella-plain';
  if (sessionStorage.getItem(plain)) return socket;
  socket.binaryType = 'arraybuffer';

  // ---- what is said: SignalR's hub protocol in MessagePack, each message after its length

  const utf8 = text => new TextEncoder().encode(text);
  function packed(text) {
    const octets = utf8(text), size = octets.length;
    const head = size < 32 ? [0xa0 | size] : size < 0x100 ? [0xd9, size] : [0xda, size >> 8, size & 0xff];
    return [...head, ...octets];
  }
  function invocation(id, target, ...values) {
    const body = [0x95, 1, 0x80, ...(id ? packed(id) : [0xc0]), ...packed(target), 0x90 | values.length, ...values.flatMap(packed)];
    const size = [];
    for (let rest = body.length; size.length === 0 || rest > 0; rest >>= 7) size.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    return new Uint8Array([...size, ...body]);
  }

  /** That the page which the server has drawn shall live; `read` is its document. Blazor takes the comments away, so they are read now. */
  function* words() {
    yield utf8('{"protocol":"blazorpack","version":1}\x1e');
    yield new Uint8Array([2, 0x91, 6]);
    const comments = read.createTreeWalker(read, NodeFilter.SHOW_COMMENT), markers = [];
    let state = '';
    while (comments.nextNode()) {
      const [, name, value] = /^Blazor(-Server-Component-State|):(.+)$/s.exec(comments.currentNode.data) ?? [];
      if (name) state = value;
      else if (value?.includes('"type"')) markers.push(JSON.parse(value));
    }
    if (markers.length !== 1) return;
    const operations = [{ type: 'add', ssrComponentId: 1, marker: { ...markers[0], uniqueId: 0 } }];
    yield invocation('0', 'StartCircuit', document.baseURI, location.href, '[]', state);
    yield invocation(null, 'UpdateRootComponents', JSON.stringify({ batchId: 1, operations }), state);
  }
  const said = [...words()];
  let taken = 0;
  socket.addEventListener('open', () => { for (const octets of said) WebSocket.prototype.send.call(socket, octets); });

  // ---- what is answered waits until Blazor has said what it answers

  const answers = [];
  let needs = 1;
  function* messages(octets) {
    for (let at = 0, end; at < octets.length; at = end) {
      let size = 0, shift = 0;
      end = at;
      if (needs === 1) end = octets.indexOf(0x1e) + 1;   // the handshake's, which has no length
      else {
        do size |= (octets[end] & 0x7f) << shift, shift += 7; while (octets[end++] & 0x80);
        end += size;
      }
      yield octets.subarray(at, end);
    }
  }
  function keep(event) {
    event.stopImmediatePropagation();
    for (const message of messages(typeof event.data === 'string' ? utf8(event.data) : new Uint8Array(event.data))) {
      if (needs === 3 && new TextDecoder('latin1').decode(message).includes('JS.AttachComponent')) needs = 4;
      answers.push({ needs, data: message.slice().buffer });
      if (needs === 1) needs = 3;
    }
    give();
  }
  function give() {
    while (answers.length > 0 && taken >= Math.min(answers[0].needs, said.length)) socket.onmessage?.(new MessageEvent('message', answers.shift()));
    if (taken < said.length || answers.length > 0) return;
    socket.removeEventListener('message', keep);
    delete socket.send;
  }
  socket.addEventListener('message', keep);
  socket.send = data => {
    let words = typeof data === 'string' ? utf8(data) : new Uint8Array(data.buffer ?? data, data.byteOffset ?? 0, data.byteLength);
    // Several messages may come as one.
    for (; taken < said.length && words.length > 0; taken++) {
      if (!said[taken].every((octet, at) => octet === words[at])) {
        sessionStorage.setItem(plain, '1');
        location.reload();
        return;
      }
      words = words.subarray(said[taken].length);
    }
    if (words.length > 0) WebSocket.prototype.send.call(socket, words);
    queueMicrotask(give);
  };
  return socket;
};
if (location.pathname === '/') casellaSayAhead(document);
