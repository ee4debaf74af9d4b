import type { Downloaded, PluginFiles } from '../../src/core/ports/pluginFiles';

/** A plug-in folder in memory. `change` does what somebody does to it from outside, and tells. */
export class FakePluginFiles implements PluginFiles {
  readonly folder = '/plug-ins';
  readonly files: Map<string, string | undefined>;
  readonly #listeners = new Set<() => void>();

  constructor(files: Readonly<Record<string, string>> = {}) {
    this.files = new Map(Object.entries(files));
  }

  async read() {
    return [...this.files].map(([name, text]) => ({ name, text })).toSorted((one, other) => (one.name < other.name ? -1 : 1));
  }

  async write(name: string, text: string): Promise<void> {
    this.files.set(name, text);
  }

  async remove(name: string): Promise<void> {
    this.files.delete(name);
  }

  watch(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async download(): Promise<Downloaded | undefined> {
    throw new Error('nothing is downloaded in these tests');
  }

  change(apply: (files: Map<string, string | undefined>) => void): void {
    apply(this.files);
    for (const listener of this.#listeners) listener();
  }
}
