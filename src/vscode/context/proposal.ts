import { whatToDrop } from '../../core/context/drop';
import type { ContextItem } from '../../core/model/contextItem';
import type { ContextProposal } from '../../shared/contextProtocol';
import { t } from '../../shared/l10n';
import { tokensText } from '../chat/contextViews';

/** A question that no model reads whole. Tokens. */
interface TooLong {
  readonly needed: number;
  readonly available: number;
  /** Of the conversation before it, which a new chat would be without. */
  readonly said: number;
  /** Others are offered that read so much, and one of them can be chosen. */
  readonly longer: boolean;
}

/** What to do about it: which of the items to leave out, or that a new chat would do. Undefined where nothing would. */
export function proposalFor(items: readonly Pick<ContextItem, 'id' | 'label' | 'tokens'>[], { needed, available, said, longer }: TooLong): ContextProposal | undefined {
  const over = needed - available;
  const newChat = said >= over;
  if (items.length === 0 && !newChat && !longer) return undefined;
  const dropped = whatToDrop(items.map(({ id, tokens = 0 }) => ({ id, tokens })), over);
  // Leaving out everything is worth proposing only where nothing else helps.
  const drop = newChat && tokensOf(dropped) < over ? [] : dropped;
  const ids = drop.map(({ id }) => id);
  const saved = tokensOf(drop);
  const names = drop.length > 0 && saved >= over ? items.filter(({ id }) => ids.includes(id)).map(({ label }) => label) : [];
  return { sentence: sentence(tokensText(available), names, newChat, drop.length > 0), drop: ids, saves: tokensText(saved), newChat, longer };
}

function tokensOf(items: readonly { readonly tokens: number }[]): number {
  return items.reduce((sum, { tokens }) => sum + tokens, 0);
}

/** `names` are those without which it fits. */
function sentence(room: string, names: readonly string[], newChat: boolean, drops: boolean): string {
  if (names.length > 0) return t('This is more than any model that can be asked reads ({0}). Without {1} it fits.', room, names.join(', '));
  if (newChat) return t('This is more than any model that can be asked reads ({0}). Without the conversation before it, in a new chat, it fits.', room);
  return drops ? t('This is more than any model that can be asked reads ({0}), also without what is attached.', room) : t('This is more than any model that can be asked reads ({0}).', room);
}
