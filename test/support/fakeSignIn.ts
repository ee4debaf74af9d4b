import type { ExchangeRequest, SignInPorts } from '../../src/core/ports/signIn';
import type { SignInResult } from '../../src/core/model/signIn';

/** Predictable PKCE values, sign-ins in memory, and an exchange that answers what it is told and throws when it was not. */
export class FakeSignIn implements SignInPorts {
  readonly stored = new Map<string, string>();
  readonly exchanged: ExchangeRequest[] = [];
  readonly replies: SignInResult<string>[] = [];
  readonly #listeners = new Set<(provider: string) => void>();
  #made = 0;

  readonly pkce: SignInPorts['pkce'] = {
    random: (bytes) => `${++this.#made}`.padStart(Math.ceil((bytes * 4) / 3), 'r'),
    sha256: (text) => `hash-of-${text}`,
  };

  readonly pending: SignInPorts['pending'] = {
    get: async (provider) => this.stored.get(provider),
    set: async (provider, text) => {
      this.stored.set(provider, text);
      this.#tell(provider);
    },
    delete: async (provider) => {
      this.stored.delete(provider);
      this.#tell(provider);
    },
    onChange: (listener) => {
      this.#listeners.add(listener);
      return () => this.#listeners.delete(listener);
    },
  };

  readonly exchange: SignInPorts['exchange'] = async (request) => {
    this.exchanged.push(request);
    const reply = this.replies.shift();
    if (!reply) throw new Error('no exchange was scripted');
    return reply;
  };

  #tell(provider: string): void {
    for (const listener of this.#listeners) listener(provider);
  }
}
