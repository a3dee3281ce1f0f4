// Shows that there is new mail while no page is open. Knows nothing but what the notice says.
addEventListener('push', event => {
  const notice = event.data?.json() ?? {};
  event.waitUntil(registration.showNotification(notice.title ?? 'Casella', { body: notice.body ?? '', tag: notice.tag, icon: '/favicon.ico', renotify: Boolean(notice.tag) }));
});
addEventListener('notificationclick', event => {
  event.notification.close();
  event.waitUntil((async () => {
    const pages = await clients.matchAll({ type: 'window' });
    const mail = pages.find(page => new URL(page.url).pathname === '/') ?? pages[0];
    await (mail ? mail.focus() : clients.openWindow('/'));
  })());
});
// A new version serves at once: there is nothing that an old one would have to finish.
addEventListener('install', () => skipWaiting());
