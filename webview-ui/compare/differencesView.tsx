import { useMemo } from 'preact/hooks';
import type { ColumnView, CompareState } from '../../src/shared/compareProtocol';
import { t } from '../../src/shared/l10n';
import { makeVisible } from '../../src/shared/visibleText';
import { IconButton } from '../chat/iconButton';
import { differences, type Piece } from './differences';

type Pair = [string, string];

interface DifferencesViewProps {
  readonly columns: readonly ColumnView[];
  readonly texts: CompareState['texts'];
  readonly pair: Pair;
  readonly onPair: (pair: Pair) => void;
}

/** What one answer says otherwise than another. */
export function DifferencesView({ columns, texts, pair, onPair }: DifferencesViewProps) {
  const [left, right] = pair;
  const growing = columns.some(({ id, state }) => pair.includes(id) && (state === 'running' || state === 'waiting'));
  return (
    <main class="differences">
      <div class="pair">
        <Choice label={t('From')} value={left} columns={columns} onChange={(id) => onPair([id, right])} class="removed" />
        <IconButton icon="arrow-swap" label={t('Swap')} onPress={() => onPair([right, left])} />
        <Choice label={t('To')} value={right} columns={columns} onChange={(id) => onPair([left, id])} class="added" />
      </div>
      {left === right ? (
        <p class="muted difference-note">{t('Choose two answers.')}</p>
      ) : growing ? (
        <p class="muted difference-note">{t('The differences show once both answers are there.')}</p>
      ) : (
        <Text left={texts[left] ?? ''} right={texts[right] ?? ''} />
      )}
    </main>
  );
}

function Choice({ label, value, columns, onChange, class: extra }: { label: string; value: string; columns: readonly ColumnView[]; onChange: (id: string) => void; class: string }) {
  return (
    <label class={`pair-choice ${extra}`}>
      <span>{label}</span>
      <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {columns.map(({ id, letter, model }) => (
          <option key={id} value={id}>
            {letter}
            {model === undefined ? '' : ` ${makeVisible(model)}`}
          </option>
        ))}
      </select>
    </label>
  );
}

function Text({ left, right }: { left: string; right: string }) {
  const { blocks, same } = useMemo(() => differences(makeVisible(left), makeVisible(right)), [left, right]);
  return (
    <>
      <p class="muted difference-note">{same === 1 ? t('Both say the same, word for word.') : t('{0} % of the words are the same.', Math.round(100 * same))}</p>
      <div class="difference-text" tabIndex={0} role="region" aria-label={t('Differences')}>
        {blocks.map(({ kind, pieces }, index) =>
          kind === 'code' ? (
            <pre key={index} class="difference-code" tabIndex={0} role="group" aria-label={t('Code')}>
              {pieces.map((piece, place) => (
                <Mark key={place} piece={{ ...piece, text: `${piece.text}\n` }} line />
              ))}
            </pre>
          ) : (
            <div key={index} class="difference-words">
              {pieces.map((piece, place) => (
                <Mark key={place} piece={piece} line={false} />
              ))}
            </div>
          ),
        )}
      </div>
    </>
  );
}

const signs: Readonly<Record<Piece['kind'], string>> = { same: ' ', removed: '−', added: '+' };

function Mark({ piece: { kind, text }, line }: { piece: Piece; line: boolean }) {
  const sign = line ? (
    <span class="sign" aria-hidden="true">
      {signs[kind]}{' '}
    </span>
  ) : null;
  if (kind === 'removed') return <del>{sign}{text}</del>;
  if (kind === 'added') return <ins>{sign}{text}</ins>;
  return <span>{sign}{text}</span>;
}
