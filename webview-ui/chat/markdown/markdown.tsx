import { Fragment, type ComponentChildren, type VNode } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import type { MarkedToken, Token, Tokens } from 'marked';
import { t } from '../../../src/shared/l10n';
import { makeVisible } from '../../../src/shared/visibleText';
import { memo } from '../memo';
import { CodeBlock } from './codeBlock';
import { decodeEntities } from './entities';
import { Link } from './link';
import { createBlockReader } from './readBlocks';

/**
 * The Markdown of an answer. Untrusted text becomes elements through the lexer's tokens and a closed list of element names,
 * never through HTML: there is no string to sanitise and no `innerHTML` in the page, so that Trusted Types can be required.
 * Raw HTML is shown as the text it is, images as their description and address.
 */
export const Markdown = memo(function Markdown({ text, growing, messageId, canReplace }: { text: string; growing: boolean; messageId: string; canReplace: boolean }) {
  const read = useRef(createBlockReader());
  const { tokens, definitions } = useMemo(() => read.current(makeVisible(text), growing), [text, growing]);
  const levels = headingLevels(tokens);
  const last = tokens.findLastIndex((token) => token.type !== 'space' && token.type !== 'def');
  return (
    <div class="markdown">
      {tokens.map((token, index) =>
        token.type === 'space' || token.type === 'def' ? null : (
          <Block key={index} token={asMarked(token)} raw={token.raw} definitions={definitions} level={levels.get(token) ?? 3} growing={growing && index === last} messageId={messageId} canReplace={canReplace} />
        ),
      )}
    </div>
  );
});

interface BlockProps {
  readonly token: MarkedToken;
  readonly raw: string;
  readonly definitions: string;
  /** Of the element, for a heading. */
  readonly level: number;
  readonly growing: boolean;
  readonly messageId: string;
  readonly canReplace: boolean;
}

/** What every block of one answer needs to know. */
interface Drawing {
  readonly level: number;
  readonly growing: boolean;
  readonly messageId: string;
  readonly canReplace: boolean;
}

/** The same source with the same definitions draws the same, so a lexer that made a new token for it changes nothing. */
const Block = memo(function Block({ token, level, growing, messageId, canReplace }: BlockProps) {
  return <>{drawBlock(token, { level, growing, messageId, canReplace }, 0)}</>;
}, 'token');

/** Deeper nesting than anybody writes is shown as its source: drawing is recursive, and the stack is not endless. */
const deepest = 40;

function drawBlocks(tokens: readonly Token[], drawing: Drawing, depth: number): ComponentChildren {
  return tokens.map((token, index) => <Fragment key={index}>{drawBlock(asMarked(token), drawing, depth)}</Fragment>);
}

function drawBlock(token: MarkedToken, drawing: Drawing, depth: number): ComponentChildren {
  if (depth > deepest) return <p>{token.raw}</p>;
  switch (token.type) {
    case 'paragraph':
      return <p>{drawInline(token.tokens, depth + 1)}</p>;
    case 'heading':
      return drawHeading(token, drawing, depth);
    case 'code':
      return <CodeBlock code={token.text.replace(/\n$/, '')} language={languageOf(token)} open={drawing.growing && isOpen(token.raw)} messageId={drawing.messageId} canReplace={drawing.canReplace} />;
    case 'blockquote':
      return <blockquote>{drawBlocks(token.tokens, drawing, depth + 1)}</blockquote>;
    case 'list':
      return drawList(token, drawing, depth);
    case 'table':
      return drawTable(token, depth);
    case 'hr':
      return <hr />;
    case 'html':
      return drawHtmlBlock(token.text);
    case 'text':
      return token.tokens ? drawInline(token.tokens, depth + 1) : plain(token.text);
    case 'space':
    case 'def':
    case 'checkbox':
      return null;
    default:
      return drawInline([token], depth + 1);
  }
}

/** Headings look as large as they were meant; inside quotes and lists they are no headings of the page. */
function drawHeading(token: Tokens.Heading, { level }: Drawing, depth: number): VNode {
  const content = drawInline(token.tokens, depth + 1);
  const name = `heading heading-${token.depth}`;
  if (depth > 0) return <p class={name}>{content}</p>;
  if (level <= 3) return <h3 class={name}>{content}</h3>;
  if (level === 4) return <h4 class={name}>{content}</h4>;
  if (level === 5) return <h5 class={name}>{content}</h5>;
  return <h6 class={name}>{content}</h6>;
}

/** The page's own are `h1` the conversation and `h2` the message. A model may begin with any level; readers expect no gaps. */
function headingLevels(tokens: readonly Token[]): ReadonlyMap<Token, number> {
  const levels = new Map<Token, number>();
  let before = 2;
  for (const token of tokens) {
    if (token.type !== 'heading' || typeof token['depth'] !== 'number') continue;
    before = Math.min(token['depth'] + 2, before + 1, 6);
    levels.set(token, before);
  }
  return levels;
}

function drawList(token: Tokens.List, drawing: Drawing, depth: number): VNode {
  const items = token.items.map((item, index) => {
    if (!item.task) return <li key={index}>{drawBlocks(item.tokens, drawing, depth + 1)}</li>;
    const done = item.checked === true;
    return (
      <li key={index} class="task">
        <span class={`codicon codicon-${done ? 'pass-filled' : 'circle-large-outline'}`} role="img" aria-label={done ? t('Done') : t('To do')} />
        <div>{drawBlocks(item.tokens, drawing, depth + 1)}</div>
      </li>
    );
  });
  return token.ordered ? <ol start={token.start === '' ? 1 : token.start}>{items}</ol> : <ul>{items}</ul>;
}

function drawTable(token: Tokens.Table, depth: number): VNode {
  const alignment = (align: 'center' | 'left' | 'right' | null) => (align === null ? undefined : `align-${align}`);
  // A wide table scrolls by itself, also with the keyboard; the page never scrolls sideways.
  return (
    <div class="table-scroller" tabIndex={0} role="region" aria-label={t('Table')}>
      <table>
        <thead>
          <tr>
            {token.header.map((cell, index) =>
              // The corner of a table is often empty, and a heading of nothing would be read out.
              cell.text.trim() === '' ? (
                <td key={index} />
              ) : (
                <th key={index} scope="col" class={alignment(cell.align)}>
                  {drawInline(cell.tokens, depth + 1)}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {token.rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) => (
                <td key={column} class={alignment(cell.align)}>
                  {drawInline(cell.tokens, depth + 1)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function drawInline(tokens: readonly Token[], depth: number): ComponentChildren {
  if (depth > deepest) return tokens.map((token) => token.raw).join('');
  return tokens.map((token, index) => <Fragment key={index}>{drawSpan(asMarked(token), depth)}</Fragment>);
}

function drawSpan(token: MarkedToken, depth: number): ComponentChildren {
  switch (token.type) {
    case 'strong':
      return <strong>{drawInline(token.tokens, depth + 1)}</strong>;
    case 'em':
      return <em>{drawInline(token.tokens, depth + 1)}</em>;
    case 'del':
      return <del>{drawInline(token.tokens, depth + 1)}</del>;
    case 'codespan':
      return <code>{token.text}</code>;
    case 'br':
      return <br />;
    case 'link':
      return (
        <Link href={token.href} label={plain(token.text)}>
          {drawInline(token.tokens, depth + 1)}
        </Link>
      );
    case 'image':
      return drawImage(plain(token.text), makeVisible(decodeEntities(token.href)));
    case 'html':
      return /^<br\s*\/?>$/i.test(token.text) ? <br /> : dropHarmlessTags(token.text);
    case 'text':
      return token.tokens ? drawInline(token.tokens, depth + 1) : plain(token.text);
    case 'escape':
      return plain(token.text);
    case 'checkbox':
      return null;
    default:
      return token.raw;
  }
}

/** Never loaded: an address with the conversation in it is how answers steal. */
function drawImage(description: string, address: string): VNode {
  return (
    <span class="image">
      <span class="codicon codicon-file-media" role="img" aria-label={t('Image, not loaded')} />
      {description === '' ? null : <span>{description}</span>}
      <span class="address">{address}</span>
    </span>
  );
}

/** HTML that models write for layout. Without attributes it says nothing that the text does not. */
const harmlessTag = /<\/?(?:details|summary|p|div|center|span|b|strong|i|em|u|s|small|sub|sup|kbd|mark|font|ul|ol|li|h[1-6])\s*>/gi;

function dropHarmlessTags(html: string): string {
  return plain(html.replace(harmlessTag, ''));
}

function drawHtmlBlock(html: string): ComponentChildren {
  const text = dropHarmlessTags(html.replace(/<br\s*\/?>/gi, '\n')).trim();
  return text === '' ? null : <p class="raw-html">{text}</p>;
}

/** References are resolved here and not before the lexer, so that `&#42;` is a star and no emphasis; they too may hide characters. */
function plain(text: string): string {
  return makeVisible(decodeEntities(text));
}

function languageOf(token: Tokens.Code): string {
  return /^[^\s{:,]*/.exec(decodeEntities(token.lang ?? ''))?.[0] ?? '';
}

/** Whether the closing fence is still missing. */
function isOpen(raw: string): boolean {
  const fence = /^ {0,3}(`{3,}|~{3,})/.exec(raw)?.[1];
  if (fence === undefined) return false;
  const lastLine = raw.trimEnd().split('\n').at(-1)?.trim() ?? '';
  return raw.trimEnd().indexOf('\n') === -1 || !(lastLine.startsWith(fence) && /^(`+|~+)$/.test(lastLine));
}

/** No extension of the lexer is used, so each of its tokens is one of its own kinds. */
function asMarked(token: Token): MarkedToken {
  return isMarked(token) ? token : { type: 'text', raw: token.raw, text: token.raw };
}

const kinds: ReadonlySet<string> = new Set<MarkedToken['type']>([
  'blockquote', 'br', 'checkbox', 'code', 'codespan', 'def', 'del', 'em', 'escape', 'heading', 'hr', 'html', 'image', 'link', 'list', 'list_item',
  'paragraph', 'space', 'strong', 'table', 'text',
]);

function isMarked(token: Token): token is MarkedToken {
  return kinds.has(token.type);
}
