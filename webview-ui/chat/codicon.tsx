import type { VNode } from 'preact';

/** An icon beside words that say the same; `name` as in the font, e.g. `copy`. No component: a long conversation has thousands of them. */
export function codicon(name: string): VNode {
  return <span class={`codicon codicon-${name}`} aria-hidden="true" />;
}

/** Beside words that say what is under way. */
export function spinner(): VNode {
  return <span class="codicon codicon-loading spin" aria-hidden="true" />;
}
