import { t } from '../../src/shared/l10n';

/** Until the host has answered for the first time. */
export function Starting() {
  return (
    <main class="starting">
      <span class="codicon codicon-loading spin" role="img" aria-label={t('Starting')} />
    </main>
  );
}
