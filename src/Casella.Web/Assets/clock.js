// Tells the server which clock this device has, so that times are told by it from the first page on.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const cookie = zone && `casella-clock=${encodeURIComponent(zone)}`;
if (cookie && !document.cookie.split('; ').includes(cookie))
  document.cookie = `${cookie}; path=/; max-age=34560000; samesite=strict${location.protocol === 'https:' ? '; secure' : ''}`;
