import type { EditFate, OutcomeKind, Rating, RatingReason } from '../model/outcome';
import type { StoredAnswer } from '../model/thread';

/** How good a sign is, from 0 to 1, and how much it says, up to 1. */
export interface Sign {
  readonly value: number;
  readonly weight: number;
}

/**
 * What each sign says. A rating is a statement, everything else is a guess at one: whoever asks a better model was not
 * content; who asks the same again may only want another wording; who goes on without complaint was probably helped, but
 * people go on after bad answers, too. With those who rate one bad answer in four, silence has the likelihood
 * p + ¾·(1 − p), whose logarithm rises about a quarter as steeply as log p where p is high.
 */
const signs: Readonly<Record<OutcomeKind, Sign>> = {
  rating: { value: 1, weight: 1 },
  better: { value: 0, weight: 0.5 },
  cheaper: { value: 1, weight: 0.2 },
  retry: { value: 0, weight: 0.2 },
  followed: { value: 1, weight: 0.25 },
  kept: { value: 1, weight: 0.4 },
  undone: { value: 0, weight: 0.5 },
  diagnostics: { value: 0, weight: 0.5 },
  judge: { value: 0.5, weight: 0.7 },
};

/** A bad answer that is only long, slow or not to one's taste says less of what the model can do. */
const reasonWeights: Readonly<Record<RatingReason, number>> = { wrong: 1, incomplete: 0.8, ignoredInstructions: 1, tooLong: 0.3, tooSlow: 0.1, style: 0.3, other: 0.8 };

/** Before anything more is known of it than its kind. */
export function signOf(kind: OutcomeKind): Sign {
  return signs[kind];
}

/** What a rating says: its value from 0 (bad) to 1 (good), and its weight. */
export function signOfRating({ value, reason }: Rating): Sign {
  return value === 'up' ? signs.rating : { value: 0, weight: signs.rating.weight * (reason === undefined ? 1 : reasonWeights[reason]) };
}

/** Code that brought errors into the file is bad; code that brought none says only that it reads well. */
export function signOfEdit(fate: EditFate): Sign {
  if (fate.kind !== 'diagnostics') return signs[fate.kind];
  return fate.errorsAfter > fate.errorsBefore ? signs.diagnostics : { value: 1, weight: fate.errorsAfter < fate.errorsBefore ? 0.4 : 0.15 };
}

/**
 * Whether what a person does next says anything of the model. An answer that broke off, or never came, tells of the
 * network, the provider or the budget; one that the person stopped was read as far as it went.
 */
export function tellsOfAbility({ answer, text }: { readonly answer?: StoredAnswer; readonly text: string }): boolean {
  if (!answer?.arm || text.trim() === '') return false;
  return answer.state === 'complete' || answer.state === 'cancelled';
}

/**
 * Words that a message begins with when the answer before it did not help, in the languages most questions come in. Only
 * used to hold back the weakest of all signs: whoever complains has not gone on content.
 */
const complaint =
  /^\W*(no\b|nope|wrong|incorrect|that('s| is)(n't| not)|this is(n't| not)|(it |this |that )?(still )?(does(n't| not)|is(n't| not)) work|not what|still (fails|failing|broken|wrong|not|the same)|try again|you (forgot|missed|ignored)|nein|falsch|stimmt nicht|(das |es )?(geht|funktioniert) (immer noch )?nicht|non\b|faux|ça ne|ne (marche|fonctionne) pas|no (funciona|es)|incorrecto|está mal|sbagliato|não|errado|нет|неверно|не работает|不对|错了|不行|違う|動かない|틀렸)/iu;

/** Whether a message begins like one that says the answer before it did not help. */
export function isComplaint(text: string): boolean {
  return complaint.test(text.slice(0, 200).replaceAll('’', "'"));
}
