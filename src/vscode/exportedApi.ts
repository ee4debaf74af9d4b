import * as vscode from 'vscode';
import type { Farthing } from '../../docs/plugins/farthing';
import type { App } from '../core/app';
import { pathText } from '../core/model/plugin';

/** The API over an app that is made by its first use. Nothing of it reads a key or asks a model. */
export function exportedApi(app: () => App): Farthing {
  return {
    version: 1,
    registerProvider(extensionId, definition) {
      // Extensions share one process, so this is what the caller says of itself, not a proof; it is shown as the source.
      const extension = typeof extensionId === 'string' ? vscode.extensions.getExtension(extensionId) : undefined;
      if (!extension) throw new Error(`Farthing: ${typeof extensionId === 'string' ? extensionId : 'the first argument'} is not the id of an installed extension such as publisher.name`);
      const contributed = app().plugins.contribute(extension.id, definition);
      if (!contributed.ok) throw new Error(`Farthing: the provider of ${extension.id} is not valid: ${contributed.problems.map(({ path, message }) => `${pathText(path) || 'it'} ${message}`).join('; ')}`);
      return new vscode.Disposable(() => contributed.dispose());
    },
    onDidChangeProviders: (listener) => new vscode.Disposable(app().onSetupChanged(() => listener())),
    providers: async () => (await app().providers()).map(({ provider: { id, name }, askable }) => ({ id, name, askable })),
  };
}
