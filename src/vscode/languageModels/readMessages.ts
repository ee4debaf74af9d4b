import type * as vscode from 'vscode';
import { imageType } from '../../core/context/imageType';
import type { Image, Message, ReasoningPart, ToolCall } from '../../core/model/message';
import type { EditorParts } from './editorParts';

/** The editor's role of an answer; the other one is the person's. System texts come with 3 from the editor's own chat. */
const assistantRole = 2;
const systemRole = 3;

/** A message of the editor's API; roles as numbers, because that of systems is one of later versions. */
interface EditorMessage extends Pick<vscode.LanguageModelChatRequestMessage, 'content'> {
  readonly role: number;
}

/** Media types of data that are notes of an extension to itself: no model reads them. */
const ownNotes: ReadonlySet<string> = new Set(['cache_control', 'stateful_marker', 'thinking', 'context_management', 'phase_data', 'usage']);

/**
 * The messages of the editor's API in ours. Results of tools become messages of their own, before the text that came with
 * them; what a model thought is put back where it called a tool. Parts of kinds that nobody knows are left out. Pure.
 * @param reasoningOf what was thought before a tool call, which answered the messages before it
 */
export function readMessages(parts: EditorParts, messages: readonly EditorMessage[], reasoningOf: (before: readonly Message[], call: ToolCall) => readonly ReasoningPart[] = () => []): readonly Message[] {
  const read = messages.flatMap(({ role, content }): readonly Message[] => {
    const { text, images, toolCalls, results } = readContent(parts, content);
    if (role === systemRole) return text === '' ? [] : [{ role: 'system', text }];
    if (role === assistantRole) {
      if (text === '' && toolCalls.length === 0) return [];
      return [{ role: 'assistant', text, ...(toolCalls.length > 0 ? { toolCalls } : {}) }];
    }
    const said: readonly Message[] = text === '' && images.length === 0 ? [] : [{ role: 'user', text, ...(images.length > 0 ? { images } : {}) }];
    return [...results, ...said];
  });
  return read.map((message, at) => {
    if (message.role !== 'assistant' || message.toolCalls === undefined) return message;
    const before = read.slice(0, at);
    const reasoning = [...new Set(message.toolCalls.flatMap((call) => reasoningOf(before, call)))];
    return reasoning.length > 0 ? { ...message, reasoning } : message;
  });
}

interface Content {
  readonly text: string;
  readonly images: readonly Image[];
  readonly toolCalls: readonly ToolCall[];
  readonly results: readonly Message[];
}

function readContent(parts: EditorParts, content: readonly unknown[]): Content {
  const texts: string[] = [];
  const images: Image[] = [];
  const toolCalls: ToolCall[] = [];
  const results: Message[] = [];
  for (const part of content) {
    if (part instanceof parts.LanguageModelToolCallPart) toolCalls.push({ id: part.callId, name: part.name, arguments: JSON.stringify(part.input ?? {}) });
    else if (part instanceof parts.LanguageModelToolResultPart) {
      const result = readContent(parts, part.content);
      results.push({ role: 'tool', toolCallId: part.callId, text: result.text, ...(result.images.length > 0 ? { images: result.images } : {}) });
    } else {
      const read = readPart(parts, part);
      if (typeof read === 'string') texts.push(read);
      else if (read) images.push(read);
    }
  }
  return { text: texts.join(''), images, toolCalls, results };
}

function readPart(parts: EditorParts, part: unknown): string | Image | undefined {
  if (part instanceof parts.LanguageModelTextPart) return part.value;
  if (part instanceof parts.LanguageModelPromptTsxPart) return textOfPrompt(part.value);
  if (!(part instanceof parts.LanguageModelDataPart) || ownNotes.has(part.mimeType)) return undefined;
  if (/^(text\/|application\/(json|xml|javascript)\b)|\+(json|xml)\b/.test(part.mimeType)) return new TextDecoder().decode(part.data);
  // What counts is how the bytes begin, whatever they are called.
  const mediaType = imageType(part.data);
  return mediaType && { mediaType, base64: Buffer.from(part.data).toString('base64') };
}

/** Depth of a prompt tree that is still read; nobody writes deeper ones. */
const mostDepth = 60;

/** The texts of a tree that `renderElementJSON` of @vscode/prompt-tsx made, in their order. Nodes have `children` or, as type 2, a `text`. */
function textOfPrompt(value: unknown): string {
  const texts: string[] = [];
  const walk = (node: unknown, depth: number): void => {
    if (typeof node !== 'object' || node === null || depth > mostDepth) return;
    if ('text' in node && typeof node.text === 'string') texts.push(node.text, 'lineBreakBefore' in node && node.lineBreakBefore === true ? '\n' : '');
    if ('node' in node) walk(node.node, depth + 1);
    if ('children' in node && Array.isArray(node.children)) for (const child of node.children) walk(child, depth + 1);
  };
  walk(value, 0);
  return texts.join('');
}
