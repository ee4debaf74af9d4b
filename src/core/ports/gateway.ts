/** How the gateway stands in one window. One window of a machine serves, the others follow it and take over when it goes. */
export type GatewayState =
  | { readonly kind: 'off' }
  | { readonly kind: 'starting' }
  /** Clients reach it at `http://127.0.0.1:<port>`, whichever of the windows serves. */
  /** `instead`: the port that programs were told before, which a program that is not Farthing has now. */
  | { readonly kind: 'serving'; readonly port: number; readonly instead?: number }
  | { readonly kind: 'following'; readonly port: number }
  /** Takes no new requests; `running` ones may end for a moment. */
  | { readonly kind: 'stopping'; readonly port: number; readonly running: number }
  | { readonly kind: 'failed'; readonly trouble: GatewayTrouble };

export type GatewayTrouble =
  /** A program that is not Farthing listens there. */
  | { readonly kind: 'portTaken'; readonly port: number }
  /** The system does not let this port be used. */
  | { readonly kind: 'portRefused'; readonly port: number }
  /** The store of keys, where the token of this machine is, does not open. */
  | { readonly kind: 'noToken'; readonly detail: string }
  | { readonly kind: 'unexpected'; readonly detail: string };

/** The gateway of this machine, as one window sees it. */
export interface Gateway {
  state(): GatewayState;
  /** Calls back when the state changed. */
  onChange(listener: () => void): () => void;
  /** Requests that are answered by this window now. */
  running(): number;
  /** Serves, or follows the window that does. Never rejects: trouble is a state. May be called again after trouble. */
  start(): Promise<GatewayState>;
  /** For all windows: new requests are refused, running ones may end for a moment and are then stopped and settled. */
  stop(): Promise<void>;
  /** This window goes: like `stop`, but another window that follows takes the port at once. */
  close(): Promise<void>;
}

/** The token of this machine that opens the gateway without being a client's: 256 random bits as text, the same in all windows. */
export interface MachineToken {
  /** Made at first use. Rejects when the place for secrets does not open. */
  get(): Promise<string>;
  /** Puts another in its place: whoever has the old one is refused from then on. Rejects as `get`. */
  renew(): Promise<void>;
  /** Calls back when another is in its place, whichever window made it. */
  onChange(listener: () => void): () => void;
}

/** What the person has set. */
export interface GatewaySettings {
  /** 0: one that was random once and is kept. */
  readonly port: number;
  /** What model names of clients mean: patterns with `*` for any text, the first that fits counts. */
  readonly models: Readonly<Record<string, string>>;
}
