// Reads the page anew every minute, but not under a reader's hands.
setInterval(() => {
  const isInUse = document.activeElement !== document.body || document.querySelector("details[open]");
  if (!document.hidden && !isInUse) location.reload();
}, 60_000);
