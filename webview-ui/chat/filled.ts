import type { ComponentChildren } from 'preact';

/** A text with what stands at its places `{0}`, `{1}` drawn and not only written: `filled(t('Usually {0}'), <b>…</b>)`. */
export function filled(text: string, ...parts: readonly ComponentChildren[]): ComponentChildren {
  return text.split(/(\{\d\})/).map((piece) => (/^\{\d\}$/.test(piece) ? parts[Number(piece[1])] : piece));
}
