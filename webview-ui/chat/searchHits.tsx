import type { HitView, SearchView } from '../../src/shared/historyProtocol';
import { t } from '../../src/shared/l10n';
import { makeVisible } from '../../src/shared/visibleText';
import { Seen } from './seen';

/** What was found, a line of each with what matched marked. */
export function SearchHits({ found, onOpen, onMore }: { found: SearchView; onOpen: (hit: HitView) => void; onMore: () => void }) {
  return (
    <>
      {found.hits.length === 0 ? (
        <p class="muted history-empty">{t('Nothing found for “{0}”. All of its words have to be in one message or title.', makeVisible(found.query.trim()))}</p>
      ) : (
        <ul aria-label={t('Found')}>
          {found.hits.map((hit) => (
            <li key={`${hit.threadId} ${hit.messageId ?? ''}`} class="thread hit">
              <button type="button" class="thread-open" onClick={() => onOpen(hit)}>
                {hit.messageId === undefined ? (
                  <span class="thread-title">
                    <Pieces hit={hit} />
                  </span>
                ) : (
                  <>
                    <span class="thread-title">{makeVisible(hit.title)}</span>
                    <span class="hit-text">
                      <span class="muted">{hit.role === 'user' ? t('You') : t('Answer')}: </span>
                      <Pieces hit={hit} />
                    </span>
                  </>
                )}
                <span class="thread-when muted">
                  {hit.archived ? <span class="tag">{t('archived')}</span> : null}
                  <span>{makeVisible(hit.when)}</span>
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {found.unfinished ? <p class="muted history-empty">{t('Older chats are still being made ready to be searched; they follow by themselves.')}</p> : null}
      {found.more ? <Seen key={found.hits.length} onSeen={onMore} /> : null}
    </>
  );
}

function Pieces({ hit }: { hit: HitView }) {
  return (
    <>
      {hit.pieces.map(({ text, marked }, index) => (marked ? <mark key={index}>{makeVisible(text)}</mark> : makeVisible(text)))}
    </>
  );
}
