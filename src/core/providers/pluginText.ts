import type { PluginProblem } from '../model/plugin';
import { mostPluginBytes } from '../ports/pluginFiles';

/**
 * A value of somebody's code as the text of a plug-in, so that nothing of that code is in what is kept: no getters, no
 * functions, nothing that can change afterwards. Undefined when JSON cannot hold it.
 */
export function asPluginText(value: unknown): string | undefined {
  try {
    const text: string | undefined = JSON.stringify(value);
    return text === undefined || text.length > mostPluginBytes ? undefined : text;
  } catch {
    return undefined;
  }
}

export const notData: readonly PluginProblem[] = [{ path: [], message: `is not data that JSON can hold in ${mostPluginBytes / 1024} kB`, bySchema: false }];

/** Undefined when a text is no JSON at all, as a file is that is just being written. */
export function parsePluginText(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text.replace(/^\uFEFF/, '')) };
  } catch {
    return undefined;
  }
}

export const notJson: readonly PluginProblem[] = [{ path: [], message: 'is not JSON; comments and commas behind a last entry are not allowed', bySchema: true }];
export const unreadable: readonly PluginProblem[] = [{ path: [], message: `could not be read, or is larger than ${mostPluginBytes / 1024} kB`, bySchema: false }];
