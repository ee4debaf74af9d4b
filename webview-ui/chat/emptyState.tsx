import { t } from '../../src/shared/l10n';
import type { SetupView } from '../../src/shared/protocol';
import { codicon } from './codicon';
import { usePage } from './page';

function examples(): readonly string[] {
  return [t('Write a function that removes duplicates from a list and keeps the order'), t('Explain what a race condition is, with a short example'), t('What should I look for in a code review? Give me a short list')];
}

interface EmptyStateProps {
  readonly setup: SetupView;
  readonly canAsk: boolean;
  readonly onExample: (text: string) => void;
}

/** Leads a newcomer to a first answer: first something that can answer, then something to ask. */
export function EmptyState({ setup, canAsk, onExample }: EmptyStateProps) {
  const { perform } = usePage();
  return (
    <main class="empty">
      <div class="empty-inner">
        <Coin />
        <h2>{t('Ask anything about code')}</h2>
        <p class="muted">
          {t('Farthing sends each question to the cheapest model that is likely to answer it well, and never spends more than your budget.')}
        </p>
        {canAsk ? (
          <>
            <h3 class="empty-heading">{t('Try one of these')}</h3>
            <ul class="examples">
              {examples().map((example) => (
                <li key={example}>
                  <button type="button" class="example" onClick={() => onExample(example)}>
                    <span>{example}</span>
                    {codicon('arrow-right')}
                  </button>
                </li>
              ))}
            </ul>
          </>
        ) : (
          <>
            <h3 class="empty-heading">{t('Choose how to begin')}</h3>
            <div class="begin">
              <button type="button" class="button" onClick={() => perform({ type: 'action', action: 'signIn' })}>
                {codicon('sign-in')}
                {t('Sign in with {0}', 'OpenRouter')}
              </button>
              <button type="button" class="button secondary" onClick={() => perform({ type: 'action', action: 'setKey' })}>
                {codicon('key')}
                {t('Add a provider key')}
              </button>
              <button type="button" class="button secondary" onClick={() => perform({ type: 'action', action: 'findLocalServers' })}>
                {codicon('vm')}
                {t('Find models on this machine')}
              </button>
              <button type="button" class="button secondary" onClick={() => perform({ type: 'action', action: 'startDemo' })}>
                {codicon('play')}
                {t('Try the demo, no key needed')}
              </button>
            </div>
            <p class="muted small">{t('Your key stays in the editor’s secret storage. It is sent only to its provider.')}</p>
            {setup.trusted ? null : (
              <p class="muted small">
                {codicon('workspace-untrusted')} {t('This folder is not trusted, so its settings and its .env file are not used.')}
              </p>
            )}
          </>
        )}
      </div>
    </main>
  );
}

/** The wren of the farthing, as in the activity bar. */
function Coin() {
  return (
    <svg class="coin" viewBox="0 0 24 24" aria-hidden="true">
      <circle cx="12" cy="12" r="10.75" fill="none" stroke="currentColor" stroke-width="1.4" />
      <g transform="translate(12 12.1) scale(.84) translate(-11.6 -11.8)">
        <path
          fill="currentColor"
          fill-rule="evenodd"
          d="M3.6 9.9 6.5 8.7C7.1 7.1 8.7 6.4 10.2 6.9 11.9 7.4 12.6 9 14 9.8 15 10.3 15.7 9.8 16 8.8L17.3 4.6 19.6 5.5 18.4 10.9C17.7 14.3 15.2 16.4 12 16.4 8.7 16.4 6.7 14.3 6.6 11.7 6.6 11.1 6.4 10.7 6 10.4ZM8.6 8.45a.9.9 0 1 0 .02 0Z"
        />
        <path fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" d="M10.8 16.2 10.2 18.6M13.2 16.2 12.9 18.6" />
      </g>
    </svg>
  );
}
