/** Longest name of a tool that vendors take. The end is what tells tools of one namespace from each other. */
const maxName = 64;

/**
 * The name of a tool for the model. Codex puts tools that belong together into a namespace; models of other vendors know only
 * one list, so that the two names are one there.
 */
export function flatName(name: string, namespace: string | null | undefined): string {
  if (namespace === undefined || namespace === null || namespace === '') return name;
  return `${namespace}${namespace.endsWith('_') ? '' : '__'}${name}`.slice(-maxName);
}
