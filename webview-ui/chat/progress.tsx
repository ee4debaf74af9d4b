import { useEffect, useState } from 'preact/hooks';
import { usePage } from './page';

/** What is happening before the first word; with the time until it does, counted down here and said once. */
export function Progress({ text, inMs }: { text: string; inMs: number | undefined }) {
  const { announce } = usePage();
  const leftMs = useCountdown(inMs);
  useEffect(() => {
    if (inMs !== undefined) announce(`${text}${inWords(inMs)}`);
  }, [text, inMs]);
  return (
    <p class="progress muted">
      <span class="codicon codicon-loading spin" aria-hidden="true" />
      <span>
        {text}
        {leftMs === undefined ? '' : inWords(leftMs)}
      </span>
    </p>
  );
}

/** Milliseconds left of `ms`, anew every second; the page's own clock, because the host's may be on another machine. */
function useCountdown(ms: number | undefined): number | undefined {
  const [left, setLeft] = useState(ms);
  useEffect(() => {
    setLeft(ms);
    if (ms === undefined) return undefined;
    const startedAt = performance.now();
    const timer = setInterval(() => setLeft(Math.max(0, ms - (performance.now() - startedAt))), 1000);
    return () => clearInterval(timer);
  }, [ms]);
  return left;
}

/** Rounded up, so that a second is never told too short; nothing once it is over. */
function inWords(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds <= 0) return '';
  return seconds < 90 ? ` in ${seconds} s` : ` in ${Math.ceil(seconds / 60)} min`;
}
