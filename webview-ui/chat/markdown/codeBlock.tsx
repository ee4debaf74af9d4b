import { useContext, useRef } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import { blockKey } from '../../../src/shared/blockKey';
import { t } from '../../../src/shared/l10n';
import { makeVisible } from '../../../src/shared/visibleText';
import { codicon } from '../codicon';
import { AnswerEdits, nameOf } from '../edits';
import { IconButton } from '../iconButton';
import { memo } from '../memo';
import { usePage } from '../page';
import { highlightCode, type Piece } from './highlight';

/** Languages of what is typed into a terminal. */
const forTerminals: ReadonlySet<string> = new Set(['bash', 'sh', 'shell', 'shellscript', 'zsh', 'fish', 'console', 'terminal', 'shell-session', 'shellsession', 'powershell', 'ps1', 'pwsh', 'cmd', 'bat']);

/** Languages of what is typed or printed and not kept, unless a file is named. */
const notForFiles: ReadonlySet<string> = new Set(['', 'text', 'txt', 'plaintext', 'bash', 'sh', 'shell', 'zsh', 'console', 'terminal', 'shell-session', 'shellsession', 'powershell', 'ps1', 'cmd', 'bat', 'output', 'log']);

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
  const answer = useContext(AnswerEdits);
  const target = answer?.edits?.targets[blockKey(code)];
  const canApply = answer !== undefined && !open && (target !== undefined || !notForFiles.has(language.toLowerCase()));
  const apply = (choose: boolean) => perform({ type: 'code', request: { type: 'apply-code', messageId, text: code, ...(choose ? { choose } : {}) } });
  return (
    <figure class="code-block">
      <figcaption>
        {target === undefined ? (
          <span class="language">{language === '' ? t('text') : language}</span>
        ) : (
          <button type="button" class="code-target" title={makeVisible(t('For {0}. Press to choose another file.', target))} aria-label={makeVisible(t('For {0}, choose another file', target))} onClick={() => apply(true)}>
            {codicon('file-code')}
            <span>
              <bdi>{nameOf(target)}</bdi>
            </span>
          </button>
        )}
        <span class="code-actions">
          {canApply ? (
            <button type="button" class="text-button" aria-label={makeVisible(target === undefined ? t('Apply to a file') : t('Apply to {0}', target))} title={makeVisible(target === undefined ? t('Apply to a file: shows the difference first') : t('Apply to {0}: shows the difference first', target))} onClick={() => apply(false)}>
              {codicon('git-pull-request-go-to-changes')}
              <span>{t('Apply')}</span>
            </button>
          ) : null}
          {canReplace && !open ? (
            <button type="button" class="text-button" aria-label={t('Replace selection')} title={t('Replace selection')} onClick={() => perform({ type: 'replace-selection', messageId, text: code })}>
              {codicon('replace')}
              <span>{t('Replace selection')}</span>
            </button>
          ) : null}
          {!open && forTerminals.has(language.toLowerCase()) ? <IconButton icon="terminal" label={t('Put into the terminal, without running it')} onPress={() => perform({ type: 'code', request: { type: 'to-terminal', messageId, text: code } })} /> : null}
          {open ? null : <IconButton icon="insert" label={t('Insert at cursor')} onPress={() => perform({ type: 'insert', messageId, text: code }, t('Inserted'))} />}
          <IconButton icon="copy" label={t('Copy code')} done={t('Copied')} onPress={() => perform({ type: 'copy', text: code }, t('Copied'))} />
        </span>
      </figcaption>
      <pre tabIndex={0} role="group" aria-label={language === '' ? t('Code') : t('Code, {0}', language)}>
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
