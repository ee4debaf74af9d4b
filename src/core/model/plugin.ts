import type { Capability, Effort } from './modelCard';
import type { Price } from './price';
import type { PluginSource, ProviderDefinition } from './provider';

/** A provider that is described by data of somebody else: a file of the person's plug-in folder, or another extension. */
export interface ProviderPlugin {
  readonly definition: ProviderDefinition;
  /** What it says that the provider sells; empty when only the provider's own list tells. */
  readonly models: readonly DeclaredModel[];
}

/** A model as a plug-in describes it. Whatever is undefined was not told. */
export interface DeclaredModel {
  readonly id: string;
  readonly name?: string;
  readonly contextTokens?: number;
  readonly maxOutputTokens?: number;
  readonly capabilities?: readonly Capability[];
  /** Efforts it takes by name at this place, as in `Offer`. */
  readonly efforts?: readonly Effort[];
  /** Other names it is known by, the surest first. */
  readonly knownAs?: readonly string[];
  readonly price?: Price;
}

/** One thing wrong with a plug-in, and what is allowed instead. */
export interface PluginProblem {
  /** Where, from the top: `['models', 0, 'id']`. Empty is the whole. */
  readonly path: readonly (string | number)[];
  readonly message: string;
  /** The published schema forbids it as well, so that an editor with the schema marks it by itself. */
  readonly bySchema: boolean;
}

/** A plug-in that is not in force, and why. */
export interface BadPlugin {
  readonly source: PluginSource;
  readonly problems: readonly PluginProblem[];
}

/** What installing a text would do, before anything is kept. */
export interface PluginPreview {
  readonly plugin: ProviderPlugin;
  /** The file it would replace; undefined for a new one. */
  readonly replaces: { readonly file: string; readonly plugin: ProviderPlugin | undefined } | undefined;
}

/** A place in a plug-in as people write it: `models[0].price.input`; empty for the whole. */
export function pathText(path: PluginProblem['path']): string {
  return path.reduce<string>((text, part) => (typeof part === 'number' ? `${text}[${part}]` : /^[\w$-]+$/.test(part) ? `${text}${text === '' ? '' : '.'}${part}` : `${text}[${JSON.stringify(part)}]`), '');
}
