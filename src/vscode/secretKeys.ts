import { randomBytes } from 'node:crypto';
import type * as vscode from 'vscode';
import type { MachineToken } from '../core/ports/gateway';
import type { Keys } from '../core/ports/keys';
import type { PendingSignIns } from '../core/ports/signIn';

/** The only file that knows how secrets are named in the editor's secret storage. */
const prefix = 'farthing.key.';
const signInPrefix = 'farthing.signIn.';
const machineTokenName = 'farthing.gateway.token';
const outboundPrefix = 'farthing.outbound.';

/**
 * The token of this machine that opens the gateway: made once, here and nowhere else. Where the storage does not open there
 * is none, not even for a while: each window would have its own.
 */
export function machineToken(secrets: vscode.SecretStorage): MachineToken {
  const make = (): Promise<void> => opened(() => secrets.store(machineTokenName, `farthing-${randomBytes(32).toString('base64url')}`));
  return {
    get: async () => {
      const stored = await opened(() => secrets.get(machineTokenName));
      if (stored) return stored;
      await make();
      // Read again: another window may have made one at the same time, and the last that was stored counts.
      const made = await opened(() => secrets.get(machineTokenName));
      if (!made) throw new KeysUnavailable('what was stored is not there');
      return made;
    },
    renew: make,
    onChange: (listener) => {
      const subscription = secrets.onDidChange(({ key }) => {
        if (key === machineTokenName) listener();
      });
      return () => void subscription.dispose();
    },
  };
}

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

/** Secrets of what is sent out: the keys that webhooks are signed with, and the headers of a collector. Read at the moment they are used. */
export interface OutboundSecrets {
  get(name: string): Promise<string | undefined>;
  set(name: string, secret: string): Promise<void>;
  delete(name: string): Promise<void>;
}

/** All of them reject with KeysUnavailable where the storage does not open. */
export function outboundSecrets(secrets: Pick<vscode.SecretStorage, 'get' | 'store' | 'delete'>): OutboundSecrets {
  return {
    get: async (name) => (await opened(() => secrets.get(outboundPrefix + name))) || undefined,
    set: (name, secret) => opened(() => secrets.store(outboundPrefix + name, secret)),
    delete: (name) => opened(() => secrets.delete(outboundPrefix + name)),
  };
}

/** Thrown when the editor's secret storage does not open, on Linux mostly for want of a keyring. Known by its name. */
class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
}

async function opened<Result>(work: () => Thenable<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw new KeysUnavailable(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/**
 * Provider keys in SecretStorage and nowhere else. Nothing is cached: another window may change a key at any time. Where
 * the storage does not open, a key that is set is kept in memory until this window closes, and `onKeptInMemory` is told.
 */
export function secretKeys(secrets: vscode.SecretStorage, onKeptInMemory: () => void = () => undefined): Keys {
  const kept = new Map<string, string>();
  const listeners = new Set<(name: string) => void>();
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
