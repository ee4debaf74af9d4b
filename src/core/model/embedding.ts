import type { AskingClient, Receipt } from './ask';
import type { Failure } from './failure';

/** Texts to be turned into vectors by one model, named `provider/model`: vectors of two models cannot be compared, so none is chosen here. */
export interface EmbedRequest {
  readonly place: string;
  readonly input: readonly string[];
  readonly dimensions?: number;
  readonly client?: AskingClient;
}

/** A vector for each text, in their order. */
export type Embedded = { readonly ok: true; readonly vectors: readonly (readonly number[])[]; readonly receipt: Receipt } | { readonly ok: false; readonly failure: Failure; readonly receipt: Receipt | undefined };

/** Never rejects. */
export type Embed = (request: EmbedRequest, signal: AbortSignal) => Promise<Embedded>;
