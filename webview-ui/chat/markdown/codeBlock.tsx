import { useRef } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import { IconButton } from '../iconButton';
import { memo } from '../memo';
import { usePage } from '../page';
import { highlightCode, type Piece } from './highlight';

interface CodeBlockProps {
  readonly code: string;
  readonly language: string;
  /** The closing fence has not come yet. */
  readonly open: boolean;
  readonly messageId: string;
  readonly canReplace: boolean;
}

/** A block of code with its language and what can be done with it. Its buttons come once the block is whole, except copying. */
export const CodeBlock = memo(function CodeBlock({ code, language, open, messageId, canReplace }: CodeBlockProps) {
  const { perform } = usePage();
  const coloured = useColours(code, language, open);
  return (
    <figure class="code-block">
      <figcaption>
        <span class="language">{language === '' ? 'text' : language}</span>
        <span class="code-actions">
          {canReplace && !open ? (
            <button type="button" class="text-button" onClick={() => perform({ type: 'replace-selection', messageId, text: code })}>
              Replace selection
            </button>
          ) : null}
          {open ? null : <IconButton icon="insert" label="Insert at cursor" onPress={() => perform({ type: 'insert', messageId, text: code }, 'Inserted')} />}
          <IconButton icon="copy" label="Copy code" done="Copied" onPress={() => perform({ type: 'copy', text: code }, 'Copied')} />
        </span>
      </figcaption>
      <pre tabIndex={0} role="group" aria-label={language === '' ? 'Code' : `Code, ${language}`}>
        <code>{coloured}</code>
      </pre>
    </figure>
  );
});

/**
 * The highlighter cannot go on where it stopped, so a growing block is highlighted anew only when the time since the last
 * run is many times what that run took; in between the new lines follow without colours. A whole block is always coloured.
 */
function useColours(code: string, language: string, open: boolean): ComponentChildren {
  const last = useRef({ code: '', language: '', drawn: undefined as ComponentChildren, tookMs: 0, at: 0 });
  const before = last.current;
  const now = performance.now();
  if (before.language === language && before.drawn !== undefined) {
    if (code === before.code) return before.drawn;
    if (open && code.startsWith(before.code) && now - before.at < before.tookMs * 12) return [before.drawn, code.slice(before.code.length)];
  }
  const pieces = highlightCode(code, language);
  const drawn = pieces === undefined ? code : drawPieces(pieces);
  last.current = { code, language, drawn, tookMs: performance.now() - now, at: now };
  return drawn;
}

function drawPieces(pieces: readonly Piece[]): ComponentChildren {
  return pieces.map((piece, index) =>
    typeof piece === 'string' ? (
      piece
    ) : (
      <span key={index} class={classOf(piece.scope)}>
        {drawPieces(piece.pieces)}
      </span>
    ),
  );
}

/** `title.function` is `hljs-title function_`, as the library's own style sheets name it. */
function classOf(scope: string): string {
  const [first = '', ...more] = scope.split('.');
  return [`hljs-${first}`, ...more.map((part, index) => `${part}${'_'.repeat(index + 1)}`)].join(' ');
}
