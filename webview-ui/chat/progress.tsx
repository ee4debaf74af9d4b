import { useEffect, useState } from 'preact/hooks';
import { t } from '../../src/shared/l10n';
import { spinner } from './codicon';
import { usePage } from './page';

/** What is happening before the first word; with the time until it does, counted down here and said once. */
export function Progress({ text, inMs }: { text: string; inMs: number | undefined }) {
  const { announce } = usePage();
  const leftMs = useCountdown(inMs);
  useEffect(() => {
    if (inMs !== undefined) announce(withTime(text, inMs));
  }, [text, inMs]);
  return (
    <p class="progress muted">
      {spinner()}
      <span>{leftMs === undefined ? text : withTime(text, leftMs)}</span>
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
function withTime(text: string, ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds <= 0) return text;
  return seconds < 90 ? t('{0} in {1} s', text, seconds) : t('{0} in {1} min', text, Math.ceil(seconds / 60));
}
