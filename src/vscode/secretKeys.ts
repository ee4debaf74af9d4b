import type * as vscode from 'vscode';
import type { Keys } from '../core/ports/keys';
import type { PendingSignIns } from '../core/ports/signIn';

/** The only file that knows how secrets are named in the editor's secret storage. */
const prefix = 'farthing.key.';
const signInPrefix = 'farthing.signIn.';

/**
 * Sign-ins under way, beside the keys: their verifiers are as secret, and every window sees them. Where the storage does
 * not open they are kept in memory, so that at least this window can finish what it began.
 */
export function secretSignIns(secrets: vscode.SecretStorage): PendingSignIns {
  const kept = new Map<string, string>();
  return {
    get: async (provider) => kept.get(provider) ?? secrets.get(signInPrefix + provider),
    set: async (provider, text) => {
      kept.delete(provider);
      try {
        await secrets.store(signInPrefix + provider, text);
      } catch {
        kept.set(provider, text);
      }
    },
    delete: async (provider) => {
      if (!kept.delete(provider)) await secrets.delete(signInPrefix + provider);
    },
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

/** Thrown when the editor's secret storage does not open, on Linux mostly for want of a keyring. Known by its name. */
class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
}

/**
 * Provider keys in SecretStorage and nowhere else. Nothing is cached: another window may change a key at any time. Where
 * the storage does not open, a key that is set is kept in memory until this window closes, and `onKeptInMemory` is told.
 */
export function secretKeys(secrets: vscode.SecretStorage, onKeptInMemory: () => void = () => undefined): Keys {
  const kept = new Map<string, string>();
  const listeners = new Set<(name: string) => void>();
  const opened = async <Result>(work: () => Thenable<Result>): Promise<Result> => {
    try {
      return await work();
    } catch (error) {
      throw new KeysUnavailable(error instanceof Error ? error.message : String(error), { cause: error });
    }
  };
  return {
    get: async (name) => kept.get(name) ?? ((await opened(() => secrets.get(prefix + name))) || undefined),
    set: async (name, key) => {
      try {
        await opened(() => secrets.store(prefix + name, key));
        kept.delete(name);
      } catch {
        kept.set(name, key);
        onKeptInMemory();
        for (const listener of listeners) listener(name);
      }
    },
    delete: async (name) => {
      const wasKept = kept.delete(name);
      if (wasKept) for (const listener of listeners) listener(name);
      else await opened(() => secrets.delete(prefix + name));
    },
    list: async () => {
      try {
        const stored = (await opened(() => secrets.keys())).filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
        return [...new Set([...stored, ...kept.keys()])];
      } catch (error) {
        if (kept.size === 0) throw error;
        return [...kept.keys()];
      }
    },
    onChange: (listener) => {
      listeners.add(listener);
      const subscription = secrets.onDidChange(({ key }) => {
        if (key.startsWith(prefix)) listener(key.slice(prefix.length));
      });
      return () => {
        listeners.delete(listener);
        subscription.dispose();
      };
    },
  };
}
