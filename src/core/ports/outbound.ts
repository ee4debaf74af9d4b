/** What leaves this machine on the person's wish: nothing before `configure` says where to. */
export interface Outbound {
  configure(settings: OutboundSettings): void;
  /** Sends the spans that wait, once. Webhooks that are undelivered stay for the next window. Never rejects. */
  close(): Promise<void>;
}

/** What the person has set. */
export interface OutboundSettings {
  readonly webhooks: readonly Webhook[];
  /** Address of an OpenTelemetry collector; '' sends nothing. */
  readonly otlpUrl: string;
  /** Spans hold what was asked and answered. */
  readonly content: boolean;
}

/** Somebody who is told what happened. */
export interface Webhook {
  readonly url: string;
  readonly events: readonly ('budget.threshold' | 'task.finished' | 'agent.finished' | 'experiment.finished')[];
  /** Under which its secret is kept. */
  readonly secretName: string;
}

/** What a person has to know of it. `host`: an address may itself be a secret. */
export type OutboundTrouble =
  /** Webhooks are not sent unsigned. */
  | { readonly kind: 'secretMissing'; readonly secretName: string }
  | { readonly kind: 'webhookGivenUp'; readonly host: string; readonly why: string }
  | { readonly kind: 'spansGivenUp'; readonly host: string; readonly why: string };
