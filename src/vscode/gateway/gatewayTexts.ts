import type { ClientSpend, GatewayClient } from '../../core/model/client';
import { unreachable } from '../../core/model/failure';
import { globMatcher } from '../../core/model/glob';
import { type Arm, idOfArm } from '../../core/model/modelCard';
import { formatUsd, fromUsd, type NanoDollars } from '../../core/model/money';
import type { GatewayState, GatewayTrouble } from '../../core/ports/gateway';
import { commands } from '../../shared/contributions';
import { momentText, t } from '../../shared/l10n';
import { plainText } from '../plainText';

/** Buttons under what is told of the gateway. */
export type GatewayButton = 'otherPort' | 'again' | 'reload' | 'log' | 'trust' | 'clients';

export interface GatewayTold {
  readonly sentence: string;
  readonly buttons: readonly GatewayButton[];
}

/** Address that clients use; undefined: the gateway is not there for them. */
export function addressOf(state: GatewayState): string | undefined {
  return state.kind === 'serving' || state.kind === 'following' ? `http://127.0.0.1:${state.port}` : undefined;
}

export function tellTrouble(trouble: GatewayTrouble): GatewayTold {
  switch (trouble.kind) {
    case 'portTaken':
      return { sentence: t('Another program uses port {0}, so the gateway did not start. Let Farthing choose a free port, or end that program and try again.', trouble.port), buttons: ['otherPort', 'again'] };
    case 'portRefused':
      return { sentence: t('This machine does not let programs use port {0}, so the gateway did not start. Let Farthing choose a free port.', trouble.port), buttons: ['otherPort', 'again'] };
    case 'noToken':
      return { sentence: t("The editor's store for secrets does not open, so the gateway has no token and did not start. On Linux it needs a keyring, such as gnome-keyring or KWallet: install it or unlock it, then reload the window."), buttons: ['reload', 'log'] };
    case 'unexpected':
      return { sentence: t('The gateway did not start: {0}', plainText(trouble.detail)), buttons: ['again', 'log'] };
    default:
      return unreachable(trouble);
  }
}

/** Whoever took the port is sent what programs that were told of it go on sending. */
export function tellMoved(instead: number, port: number): GatewayTold {
  return { sentence: t('Another program uses port {0}, so the gateway listens at port {1} now. Programs that were told the old address send their tokens and prompts to that program: remove them from the clients of the gateway and connect them again.', instead, port), buttons: ['clients', 'log'] };
}

export function tellUntrusted(): GatewayTold {
  return { sentence: t('This folder is not trusted, so Farthing neither runs the gateway nor starts agents from this window. Trust the folder first.'), buttons: ['trust'] };
}

/** How the gateway stands, in a line. */
export function stateText(state: GatewayState, running: number): string {
  switch (state.kind) {
    case 'off':
      return t('The gateway is off.');
    case 'starting':
      return t('The gateway is starting.');
    case 'serving':
      return running === 0 ? t('The gateway listens at {0}.', addressOf(state) ?? '') : running === 1 ? t('The gateway listens at {0} and writes 1 answer.', addressOf(state) ?? '') : t('The gateway listens at {0} and writes {1} answers.', addressOf(state) ?? '', running);
    case 'following':
      return t('The gateway listens at {0}; another window runs it.', addressOf(state) ?? '');
    case 'stopping':
      return state.running === 0 ? t('The gateway is stopping.') : t('The gateway is stopping; {0} answers get a moment to end.', state.running);
    case 'failed':
      return tellTrouble(state.trouble).sentence;
    default:
      return unreachable(state);
  }
}

/** A client with what it has cost. */
export interface SpendingClient {
  readonly client: GatewayClient;
  /** Undefined: the books cannot be read. */
  readonly spend: ClientSpend | undefined;
}

/** What a client has cost, of what it may. */
export function spendText({ client, spend }: SpendingClient): string {
  if (spend === undefined) return t('spend not known');
  const spent = client.limit === undefined ? formatUsd(spend.spent) : t('{0} of {1}', formatUsd(spend.spent), formatUsd(client.limit));
  const calls = spend.calls === 1 ? t('1 call') : t('{0} calls', spend.calls);
  return [spent, calls, ...(spend.unknownCalls === 0 ? [] : [t('{0} of unknown price', spend.unknownCalls)])].join(' · ');
}

export function isLive(client: GatewayClient, now: number): boolean {
  return client.expiresAt === undefined || client.expiresAt > now;
}

/** A row of the list of clients. */
export function clientRow(one: SpendingClient, now: number): { readonly label: string; readonly description?: string; readonly detail: string } {
  const { client } = one;
  const ended = !isLive(client, now);
  const until = client.expiresAt === undefined || client.agent !== undefined ? [] : [t('until {0}', momentText(client.expiresAt, { dateStyle: 'medium', timeStyle: 'short' }))];
  const models = client.models === undefined ? [] : [t('only {0}', client.models.join(', '))];
  return {
    label: plainText(client.name),
    ...(ended ? { description: t('ended') } : {}),
    // The money in a line of its own: a long name would leave no room for it.
    detail: plainText([spendText(one), ...(client.folder === undefined ? [] : [client.folder]), ...models, ...(ended ? [] : until)].join(' · ')),
  };
}

/** What is written into the tooltip of the status bar. */
interface TooltipText {
  appendMarkdown(value: string): unknown;
}

/** Agents that are named in the tooltip; the rest are counted. */
const mostNamed = 5;

/** The gateway's part of the tooltip: where it listens, who runs, for how much, and what one can do. */
export function describeGateway(text: TooltipText, state: GatewayState, running: number, agents: readonly SpendingClient[]): void {
  text.appendMarkdown(`\n\n---\n\n${literal(stateText(state, running))}\n\n`);
  for (const one of agents.slice(0, mostNamed)) text.appendMarkdown(`${literal(`${plainText(one.client.name)}: ${spendText(one)}`)}\n\n`);
  if (agents.length > mostNamed) text.appendMarkdown(`${t('and {0} more', agents.length - mostNamed)}\n\n`);
  if (addressOf(state) !== undefined) text.appendMarkdown(`[${t('Stop')}](command:${commands.stopGateway}) · [${t('Copy address and token')}](command:${commands.copyGateway}) · [${t('More')}](command:${commands.showGateway})\n`);
  else if (state.kind === 'failed') text.appendMarkdown(`[${t('Try again')}](command:${commands.startGateway}) · [${t('Stop')}](command:${commands.stopGateway})\n`);
}

/** Names and addresses are text, never Markdown, and no links. (The editor's own `appendText` makes spaces that no line breaks at.) */
function literal(text: string): string {
  return text.replaceAll(/[!-/:-@[-`{-~]/g, '\\$&');
}

/** A limit as a person types it, in US dollars. `undefined`: no limit. Not an amount: false. */
export function readLimit(typed: string): NanoDollars | undefined | false {
  const text = typed.trim().replace(/^\$/, '').replace(',', '.').trim();
  if (text === '') return undefined;
  const usd = /^\d{0,7}(\.\d{0,9})?$/.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(usd) && usd <= 1_000_000 ? fromUsd(usd) : false;
}

/** Patterns of models as a person types them, with commas between; undefined: all. */
export function readModels(typed: string): readonly string[] | undefined {
  const patterns = typed.split(',').map((one) => one.trim()).filter((one) => one !== '');
  return patterns.length === 0 ? undefined : patterns;
}

/** Those of the typed patterns that fit no model now: mistyped, or of a provider that is still to come. */
export function unknownModels(typed: string, arms: readonly Arm[]): readonly string[] {
  return (readModels(typed) ?? []).filter((pattern) => {
    const fits = globMatcher([pattern]);
    return !arms.some((arm) => fits(idOfArm(arm)) || fits(`${arm.offer.provider}/${arm.offer.model}`));
  });
}
