import type { App } from '../../core/app';
import { t } from '../../shared/l10n';

type NotBegun = Extract<Awaited<ReturnType<ReturnType<App['experiments']>['resume']>>, { ok: false }>['why'];

/** Why an experiment does not go on, for people. */
export function begunText(why: NotBegun): string {
  switch (why) {
    case 'busy':
      return t('Another experiment runs in this window. Pause or stop it first.');
    case 'elsewhere':
      return t('This experiment runs already.');
    case 'gone':
      return t('This experiment was deleted or has ended.');
    case 'otherMoney':
      return t('This experiment was begun with other money: one of the demo goes on in the demo alone, and any other one outside it.');
  }
}
