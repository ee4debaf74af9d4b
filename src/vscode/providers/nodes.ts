import * as z from 'zod/mini';
import type { ModelOverview, ProviderOverview, ProvidersOverview } from '../../core/model/providerOverview';
import { t } from '../../shared/l10n';

/**
 * A node of the tree. `providerId` and `arm` are what a command gets to know of the row it was chosen on; the rest may be
 * out of date by then and is read again.
 */
export type TreeNode =
  | { readonly kind: 'provider'; readonly providerId: string; readonly provider: ProviderOverview; readonly opened: boolean }
  | { readonly kind: 'model'; readonly providerId: string; readonly arm: string; readonly model: ModelOverview }
  /** Models that would make the list too long, or that are excluded. */
  | { readonly kind: 'models'; readonly id: string; readonly label: string; readonly description: string; readonly icon: string; readonly models: readonly ModelOverview[] }
  | { readonly kind: 'notSetUp'; readonly providers: readonly ProviderOverview[] }
  | { readonly kind: 'note'; readonly id: string; readonly label: string; readonly description: string };

/** Everything that rows are made of, to the minute: those of two overviews that are the same in this are the same. */
export function drawnOf({ at, ...shown }: ProvidersOverview): string {
  // Prices may go by the time of day.
  return JSON.stringify([Math.floor(at / 60_000), shown]);
}

/** How many models stand in a provider's list before the rest is folded away. */
const mostModels = 15;

/** The top of the tree; empty when nobody set anything up, for which the view has a welcome. */
export function topNodes({ providers }: ProvidersOverview): readonly TreeNode[] {
  const setUp = providers.filter(isSetUp);
  const rest = providers.filter((provider) => !isSetUp(provider));
  if (setUp.length === 0 && rest.every(({ origin }) => origin === 'builtIn')) return [];
  const askable = setUp.filter((provider) => provider.askable).length;
  return [...setUp.map((provider): TreeNode => providerNode(provider, askable === 1)), ...(rest.length > 0 ? [{ kind: 'notSetUp', providers: rest } as const] : [])];
}

export function nodesBelow(node: TreeNode): readonly TreeNode[] {
  switch (node.kind) {
    case 'provider':
      return modelNodes(node.provider);
    case 'models':
      return node.models.map(modelNode);
    case 'notSetUp':
      return node.providers.map((provider) => providerNode(provider, false));
    case 'model':
    case 'note':
      return [];
  }
}

/** Cheapest first. Those that were asked, rest or are pinned are always seen, however dear. */
function modelNodes({ id, models, excluded, askable }: ProviderOverview): readonly TreeNode[] {
  if (!askable) return [];
  const seen = models.filter((model, index) => index < mostModels || model.pinned !== undefined || model.figures.calls > 0 || model.state.kind !== 'untried');
  // One that is left over is shown rather than folded away.
  const rest = models.length - seen.length <= 1 ? [] : models.filter((model) => !seen.includes(model));
  const shown = rest.length === 0 ? models : seen;
  return [
    ...shown.map(modelNode),
    ...(rest.length === 0 ? [] : [{ kind: 'models', id: `${id} more`, label: t('{0} more', rest.length), description: '', icon: 'ellipsis', models: rest } as const]),
    ...(excluded.length === 0 ? [] : [{ kind: 'models', id: `${id} excluded`, label: t('Excluded'), description: String(excluded.length), icon: 'circle-slash', models: excluded } as const]),
    ...(models.length + excluded.length === 0 ? [{ kind: 'note', id: `${id} none`, label: t('No models'), description: t('none were told') } as const] : []),
  ];
}

function isSetUp({ askable, hasKey }: ProviderOverview): boolean {
  return askable || hasKey;
}

function providerNode(provider: ProviderOverview, opened: boolean): TreeNode {
  return { kind: 'provider', providerId: provider.id, provider, opened };
}

function modelNode(model: ModelOverview): TreeNode {
  return { kind: 'model', providerId: model.provider, arm: model.arm, model };
}

const target = z.object({ providerId: z.optional(z.string()), arm: z.optional(z.string()) });

/** What a command was called for: a row of the tree, or the id of a provider from a button or a key binding. */
export function targetOf(argument: unknown): z.infer<typeof target> {
  if (typeof argument === 'string') return { providerId: argument };
  const read = target.safeParse(argument);
  return read.success ? read.data : {};
}
