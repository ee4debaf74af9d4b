import type { App } from '../../core/app';

type NotBegun = Extract<Awaited<ReturnType<ReturnType<App['experiments']>['resume']>>, { ok: false }>['why'];

/** Why an experiment does not go on, for people. */
export function begunText(why: NotBegun): string {
  switch (why) {
    case 'busy':
      return 'Another experiment runs in this window. Pause or stop it first.';
    case 'elsewhere':
      return 'This experiment runs already.';
    case 'gone':
      return 'This experiment was deleted or has ended.';
    case 'otherMoney':
      return 'This experiment was begun with other money: one of the demo goes on in the demo alone, and any other one outside it.';
  }
}
