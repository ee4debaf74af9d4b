import type { ContextItemView, ContextProposal } from '../../../src/shared/contextProtocol';
import { t } from '../../../src/shared/l10n';
import type { ChatRequest } from '../../../src/shared/protocol';
import { makeVisible } from '../../../src/shared/visibleText';
import { codicon } from '../codicon';
import { usePage } from '../page';

/** It is too much for the models that could answer: what to leave out, or who reads more. Nothing happens unless a button is pressed. */
export function Proposal({ proposal, items, onDone }: { proposal: ContextProposal; items: readonly ContextItemView[]; onDone: () => void }) {
  const { perform } = usePage();
  const press = (request: ChatRequest, done?: string) => {
    perform(request, done);
    onDone();
  };
  const names = items.filter(({ id }) => proposal.drop.includes(id)).map(({ label }) => makeVisible(label));
  return (
    <div class="proposal" role="group" aria-label={t('Too much for the models that can answer')}>
      {codicon('warning')}
      <div class="proposal-body">
        <p>{makeVisible(proposal.sentence)}</p>
        {proposal.drop.length === 0 ? null : (
          <button
            type="button"
            class="button secondary"
            title={names.join('\n')}
            onClick={() => press({ type: 'context', request: { type: 'drop-proposed' } }, t('Left out'))}
          >
            {[names.length === 1 ? t('Leave out {0}', names[0] ?? '') : t('Leave these {0} out', proposal.drop.length), proposal.saves === '' ? '' : `(${makeVisible(proposal.saves)})`].filter(Boolean).join(' ')}
          </button>
        )}
        {proposal.newChat === true ? (
          <button type="button" class="button secondary" onClick={() => press({ type: 'new-thread' })}>
            {t('Ask in a new chat')}
          </button>
        ) : null}
        {proposal.longer === true ? (
          <button type="button" class="button secondary" title={t('Sends this question to a model that you choose')} onClick={() => perform({ type: 'ask-longer' })}>
            {t('Choose a model with a longer context')}
          </button>
        ) : null}
      </div>
    </div>
  );
}
