import type * as vscode from 'vscode';
import type { AskRequest } from '../../core/model/ask';
import type { Arm, ArmId, Capability } from '../../core/model/modelCard';
import { formatPerMillion } from '../../core/model/money';
import type { Price } from '../../core/model/price';
import type { Quality } from '../../core/model/quality';
import type { AppSettings } from '../../core/model/settings';
import { t } from '../../shared/l10n';
import { includedText } from '../costText';

/** A model as the editor's own chat offers it, with what asking it means here. */
export interface OfferedModel extends vscode.LanguageModelChatInformation {
  readonly asks: Pick<AskRequest, 'quality' | 'pin'>;
}

export interface OfferGround {
  readonly arms: readonly { readonly id: ArmId; readonly arm: Arm }[];
  readonly settings: Pick<AppSettings, 'models.pinned' | 'models.allowed' | 'agents.maxOutputTokens' | 'quality'>;
  /** Play money. */
  readonly demo: boolean;
  /** Name of a provider for people. */
  readonly nameOf: (provider: string) => string;
}

/**
 * Most tokens of a prompt that the editor may send to "Auto". Agents fill whatever they are told fits, and pay for it with
 * every step; beyond this several vendors also take a higher price.
 */
const mostAutoTokens = 200_000;

/** More models than this would bury the others in the editor's list. */
const mostArms = 40;

/** What Farthing offers the editor now: "Auto" at each quality, and the models that the person named. Nothing when nobody can be asked. Pure. */
export function offeredModels(ground: OfferGround): readonly OfferedModel[] {
  const { arms } = ground;
  if (arms.length === 0) return [];
  return [...(['economy', 'balanced', 'quality'] as const).map((quality) => autoModel(ground, quality)), ...namedArms(ground).map((one) => armModel(ground, one))];
}

function autoModel({ arms, settings, demo }: OfferGround, quality: Quality): OfferedModel {
  const pinned = arms.find(({ id }) => id === settings['models.pinned']);
  const able = pinned ? [pinned] : arms.filter(({ arm }) => arm.card.capabilities.includes('tools'));
  const open = able.length > 0 ? able : arms;
  const context = Math.min(mostAutoTokens, Math.max(...open.map(({ arm }) => arm.card.contextTokens)));
  const name = { economy: t('Farthing Auto (economy)'), balanced: t('Farthing Auto (balanced)'), quality: t('Farthing Auto (quality)') }[quality];
  const detail = { economy: t('lowest price'), balanced: t('low price'), quality: t('higher price when in doubt') }[quality];
  const says = {
    economy: t('Asks the cheapest model that will probably do, for each question anew.'),
    balanced: t('Asks the cheapest model that will very likely do, for each question anew.'),
    quality: t('Asks a stronger model when in doubt, for each question anew.'),
  }[quality];
  const pin = pinned ? t('You have pinned {0}, so that is asked.', pinned.arm.card.name) : t('An agent that calls tools stays with its model until it is done.');
  return {
    id: `auto:${quality}`,
    name,
    family: 'farthing-auto',
    version: quality,
    detail: played(pinned ? t('pinned: {0}', pinned.arm.card.name) : detail, demo),
    tooltip: [says, pin, ...(demo ? [playText()] : []), t('Your budgets hold, and every call is in the ledger.')].join(' '),
    ...sizes(context, settings['agents.maxOutputTokens']),
    capabilities: { toolCalling: open.some(can('tools')), imageInput: open.some(can('vision')) },
    asks: { quality },
  };
}

/** The pinned model, and those of the list of allowed ones that are written out; of these without an effort the usual one. */
function namedArms({ arms, settings }: OfferGround): OfferGround['arms'] {
  const named = new Set([settings['models.pinned'], ...settings['models.allowed'].filter((pattern) => !pattern.includes('*'))]);
  return arms.filter(({ id }) => named.has(id)).slice(0, mostArms);
}

function armModel({ settings, demo, nameOf }: OfferGround, { id, arm }: OfferGround['arms'][number]): OfferedModel {
  const { card, effort, offer } = arm;
  const name = effort.isDefault ? card.name : t('{0}, {1} effort', card.name, effort.effort);
  return {
    id,
    name: `Farthing: ${name}`,
    family: card.id,
    version: id,
    detail: played(priceClass(arm), demo),
    tooltip: [t('Asks {0} at {1}, and nobody else.', name, nameOf(offer.provider)), priceText(offer.price, offer.free), ...(demo ? [playText()] : []), t('Your budgets hold, and every call is in the ledger.')].join(' '),
    ...sizes(card.contextTokens, Math.min(card.maxOutputTokens, settings['agents.maxOutputTokens'])),
    capabilities: { toolCalling: card.capabilities.includes('tools'), imageInput: card.capabilities.includes('vision') },
    asks: { pin: id },
  };
}

function can(capability: Capability): (one: OfferGround['arms'][number]) => boolean {
  return ({ arm }) => arm.card.capabilities.includes(capability);
}

/** The answer is taken out of what the model reads at most: most count both together. At least half is left for the prompt. */
function sizes(contextTokens: number, maxOutputTokens: number): Pick<OfferedModel, 'maxInputTokens' | 'maxOutputTokens'> {
  const output = Math.max(1, Math.min(maxOutputTokens, Math.floor(contextTokens / 2)));
  return { maxInputTokens: Math.max(1, contextTokens - output), maxOutputTokens: output };
}

/** USD per million tokens of a call of an agent, which reads about ten times what it writes, below which a price is called so. */
const classes = [0.3, 1.5, 5, 15] as const;

/** What a model costs, in a few plain words. */
export function priceClass({ offer: { price, free } }: Arm): string {
  if (price?.source === 'subscription') return includedText();
  if (free) return t('free');
  if (!price) return t('price unknown');
  const usd = (price.input * 10 + price.output) / 11 / 1e9;
  const words = [t('very low price'), t('low price'), t('medium price'), t('high price')];
  return words[classes.findIndex((below) => usd < below)] ?? t('very high price');
}

function priceText(price: Price | undefined, free: boolean): string {
  if (price?.source === 'subscription') return t('Included in your subscription.');
  if (free) return t('Free.');
  return price ? t('{0} in, {1} out per 1M tokens.', formatPerMillion(price.input), formatPerMillion(price.output)) : t('Its price is not known.');
}

function played(detail: string, demo: boolean): string {
  return demo ? `${detail} · ${t('demo')}` : detail;
}

function playText(): string {
  return t('This is the demo: play money, simulated answers.');
}
