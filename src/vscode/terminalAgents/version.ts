import type { Version } from './agents';

/** How an agent said its version, in a line of its own: `2.1.4 (Claude Code)`, `codex-cli 0.80.0`, `v1.0.3`. */
const versionLine = /^(?:[A-Za-z][\w-]{0,40}(?: [A-Za-z][\w-]{0,40})?[ /])?v?(\d{1,5})\.(\d{1,5})\.(\d{1,5})(?:[-+][\w.+-]{1,60})?(?: \([^()]{1,80}\))?$/;
/** Colours and other sequences of terminals (ECMA-48). */
// eslint-disable-next-line no-control-regex
const sequence = /\u001B\[[0-?]*[ -/]*[@-~]/g;
/** Lines that are looked at: some print a notice first. */
const mostLines = 20;

/**
 * The version in what a program printed for `--version`, which is anything: undefined where no line says just that.
 * A sentence with a number in it (`Node.js v18.2.0 is too old`) is none.
 */
export function readVersion(output: string): Version | undefined {
  for (const line of output.slice(0, 8_000).replaceAll(sequence, '').split(/\r?\n/, mostLines)) {
    const parts = versionLine.exec(line.trim());
    if (parts) return [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  }
  return undefined;
}

export function isOlder(version: Version, than: Version): boolean {
  const place = version.findIndex((part, index) => part !== than[index]);
  return place !== -1 && (version[place] ?? 0) < (than[place] ?? 0);
}
