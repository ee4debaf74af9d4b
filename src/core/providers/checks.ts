import { keyNameOf, type ProviderDefinition } from '../model/provider';
import type { CheckResult } from '../model/providerOverview';
import type { KeyCheck } from '../ports/wire';

type Checked = Pick<ProviderDefinition, 'id' | 'keyName'>;

/** How the last check of each provider went, in the memory of this window. By the name of the key, which has the host in it where that is a setting. */
export class Checks {
  readonly #results = new Map<string, CheckResult>();

  /** False for one that the person stopped: it says nothing. `at` is epoch milliseconds. */
  note(provider: Checked, check: KeyCheck, at: number): boolean {
    const failure = check.ok ? undefined : check.failure;
    if (failure?.kind === 'cancelled') return false;
    this.#results.set(keyNameOf(provider), { at, failure, note: check.ok ? check.note : undefined });
    return true;
  }

  of(provider: Checked): CheckResult | undefined {
    return this.#results.get(keyNameOf(provider));
  }

  /** An answer is newer than a check that failed. */
  answered(provider: Checked): void {
    if (this.of(provider)?.failure !== undefined) this.forget(provider);
  }

  /** Its key is another one now. */
  forget(provider: Checked): void {
    this.#results.delete(keyNameOf(provider));
  }
}
