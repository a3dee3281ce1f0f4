// Opens the page's own connection while the page is still being read: Blazor, which talks over it, comes later and takes
// it (webmail.js). Far from the server that is a round trip.
if (location.pathname === '/') globalThis.casellaEarly = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/_blazor`);
