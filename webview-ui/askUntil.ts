const againAfterMs = 2000;

/** Asks a host that may still be starting until it is heard: there is nothing else to show. */
export function askUntil(isHeard: () => boolean, ask: () => void): void {
  if (isHeard()) return;
  ask();
  setTimeout(() => askUntil(isHeard, ask), againAfterMs);
}
