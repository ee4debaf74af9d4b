/**
 * What `vscode.extensions.getExtension('farthing.farthing')?.activate()` gives to another extension. Copy this file.
 *
 * ```ts
 * const farthing = await vscode.extensions.getExtension<Farthing>('farthing.farthing')?.activate();
 * if (farthing?.version === 1) context.subscriptions.push(farthing.registerProvider(context.extension.id, definition));
 * ```
 */
export interface Farthing {
  /** Raised when something here changes in a way that a caller would notice. */
  readonly version: 1;

  /**
   * Adds a provider until what is returned is disposed of. Nothing of the definition is kept beyond that, nothing of it is
   * run, and no key comes from or goes to the caller: a person enters it. A provider without a key is used only after the
   * person agreed. While another provider has the id or the name, this one waits for it to become free.
   *
   * @param extensionId the caller's own, `publisher.name`; shown to the person as the source
   * @param definition the same as a plug-in file holds, as a value
   * @throws Error that names every wrong field, or a provider of Farthing's own or of the person's settings that has the id or the name
   */
  registerProvider(extensionId: string, definition: unknown): { dispose(): void };

  /** Providers, their keys or what can be asked changed. */
  readonly onDidChangeProviders: (listener: () => void) => { dispose(): void };

  /** Every provider there is, without keys. */
  providers(): Promise<readonly FarthingProvider[]>;
}

export interface FarthingProvider {
  readonly id: string;
  readonly name: string;
  /** Can be asked now: it has a key or needs none, and is switched on. */
  readonly askable: boolean;
}
