import type * as vscode from 'vscode';
import type { Keys } from '../core/ports/keys';
import type { PendingSignIns } from '../core/ports/signIn';

/** The only file that knows how secrets are named in the editor's secret storage. */
const prefix = 'farthing.key.';
const signInPrefix = 'farthing.signIn.';

/** Sign-ins under way, beside the keys: their verifiers are as secret, and every window sees them. */
export function secretSignIns(secrets: vscode.SecretStorage): PendingSignIns {
  return {
    get: async (provider) => secrets.get(signInPrefix + provider),
    set: async (provider, text) => secrets.store(signInPrefix + provider, text),
    delete: async (provider) => secrets.delete(signInPrefix + provider),
    onChange: (listener) => {
      const subscription = secrets.onDidChange(({ key }) => {
        if (key.startsWith(signInPrefix)) listener(key.slice(signInPrefix.length));
      });
      return () => {
        subscription.dispose();
      };
    },
  };
}

/** Provider keys in SecretStorage and nowhere else. Nothing is cached: another window may change a key at any time. */
export function secretKeys(secrets: vscode.SecretStorage): Keys {
  return {
    get: async (provider) => (await secrets.get(prefix + provider)) || undefined,
    set: async (provider, key) => secrets.store(prefix + provider, key),
    delete: async (provider) => secrets.delete(prefix + provider),
    list: async () => (await secrets.keys()).filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length)),
    onChange: (listener) => {
      const subscription = secrets.onDidChange(({ key }) => {
        if (key.startsWith(prefix)) listener(key.slice(prefix.length));
      });
      return () => {
        subscription.dispose();
      };
    },
  };
}
