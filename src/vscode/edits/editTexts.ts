import type { ChangeNote } from '../../core/edits/proposeChange';
import type { Risk } from '../../core/edits/places';
import { t } from '../../shared/l10n';

/** Why a file is asked about before it is written, as sentences of a question. */
export type Concern = { readonly kind: 'risk'; readonly risk: Risk } | { readonly kind: 'outside'; readonly path: string } | { readonly kind: 'linked'; readonly path: string } | { readonly kind: 'ignored' };

const riskTexts = (): Readonly<Record<Risk, string>> => ({
  git: t('Git reads it and may run what it names.'),
  editor: t('The editor obeys it, and may run what it names.'),
  instructions: t('Programs that write code for you follow it as instructions.'),
  secret: t('Files like it hold secrets.'),
  runs: t('It is run by itself: by a build, a shell or a service.'),
});

export function concernText(label: string, concern: Concern): string {
  switch (concern.kind) {
    case 'outside':
      return t('{0} is outside of the folder that is open.', concern.path);
    case 'linked':
      return t('{0} is another name of {1}.', label, concern.path);
    case 'ignored':
      return t('{0} is left out by an ignore file.', label);
    case 'risk':
      return `${label}: ${riskTexts()[concern.risk]}`;
  }
}

/** How many names are told at once. */
const mostNames = 5;

function named(names: readonly string[]): string {
  return names.length > mostNames ? `${names.slice(0, mostNames).join(', ')}, +${names.length - mostNames}` : names.join(', ');
}

/** What to look at in a change before it is applied; undefined when there is nothing. */
export function noteText(sure: boolean, notes: readonly ChangeNote[]): string | undefined {
  const told = notes.map((note) => {
    switch (note.kind) {
      case 'kept':
        return t('Kept, though the answer does not show it: {0}.', named(note.names));
      case 'dropped':
        return t('This removes {0}.', named(note.names));
      case 'cutOff':
        return t('The answer was cut off inside this code.');
    }
  });
  return [...(sure ? [] : [t('The place is a guess: look at it before you apply.')]), ...told].join(' ') || undefined;
}
