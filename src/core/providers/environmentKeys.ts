import type { ProviderDefinition } from '../model/provider';
import type { KeySource } from '../ports/keySources';

/** A key somebody may want to use. Holds no key: it may be shown, logged and compared. */
export interface FoundKey {
  readonly provider: string;
  readonly variable: string;
  readonly where: string;
}

/**
 * Which known keys are found, at most one a provider: the first variable of its definition, in the first source that
 * has it. Never takes one silently; the caller asks the person.
 */
export function findKeys(providers: readonly ProviderDefinition[], sources: readonly KeySource[]): readonly FoundKey[] {
  return providers.flatMap((provider) => {
    for (const source of sources) {
      const variable = provider.environmentKeys.find((name) => looksLikeKey(source.values[name]));
      if (variable !== undefined) return [{ provider: provider.id, variable, where: source.where }];
    }
    return [];
  });
}

/** The key itself, read again at the moment it was agreed to. */
export function readFoundKey(found: FoundKey, sources: readonly KeySource[]): string | undefined {
  const value = sources.find((source) => source.where === found.where)?.values[found.variable];
  return looksLikeKey(value) ? value?.trim() : undefined;
}

/** Leaves out what nobody would want offered: empty values, references to other variables, and sample text. */
function looksLikeKey(value: string | undefined): boolean {
  const text = value?.trim() ?? '';
  return text.length >= 16 && text.length <= 500 && /^[\x21-\x7e]+$/.test(text) && !/^\$|^[<{]|your[-_]|x{6}|\*{4}|\.{3}|changeme|example|placeholder/i.test(text);
}
