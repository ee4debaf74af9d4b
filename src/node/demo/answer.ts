import { type CodeBlock, codeIn, declaredNames, languageOf, markedCode, sampleCode, sampleTest, splitFences } from './code';
import type { DemoModel } from './models';
import { type DemoMessage, type DemoRequest, type DemoTool, isRecord, promptOf } from './request';
import { demoCommit } from './commit';
import { demoReview } from './review';
import { demoVerdict } from './verdict';

interface DemoToolCall {
  readonly name: string;
  /** JSON text. */
  readonly arguments: string;
}

/** What a demo model says: a text, or a tool call after a short text. */
export interface DemoAnswer {
  readonly text: string;
  readonly toolCalls: readonly DemoToolCall[];
}

/** The same request to the same model always has the same answer. */
export function demoAnswer(request: DemoRequest, model: DemoModel): DemoAnswer {
  const toolResult = lastToolResult(request.messages);
  if (toolResult !== undefined) return textOnly(afterTool(toolResult));
  const verdict = demoVerdict(request.messages) ?? demoCommit(request.messages);
  if (verdict !== undefined) return textOnly(verdict);
  const review = demoReview(request.messages, model);
  if (review !== undefined) return textOnly(review);
  const prompt = promptOf(request.messages);
  if (wantsTitle(request.messages)) return textOnly(titleFor(prompt));
  const repeated = /^repeat (?:this|these)\b[^\n]*\n([^]+)$/i.exec(prompt)?.[1];
  if (repeated !== undefined) return textOnly(`${notice}\n\n${repeated}`);
  const tool = wantedTool(request.tools, prompt);
  if (tool !== undefined) {
    return { text: `${notice}\n\nI would look that up with the tool \`${tool.name}\`.`, toolCalls: [{ name: tool.name, arguments: JSON.stringify(sampleValue(tool.parameters, words(prompt))) }] };
  }
  return textOnly([notice, ...sectionsFor(prompt, model), ...closing(prompt, model)].join('\n\n'));
}

function textOnly(text: string): DemoAnswer {
  return { text, toolCalls: [] };
}

/** It names no model: answers are compared without knowing whose they are. */
const notice = '> **Simulated answer**: no real model was asked and nothing left this computer.';

type Task = 'fix' | 'improve' | 'tests' | 'explain' | 'compare' | 'long' | 'code' | 'list' | 'greeting' | 'talk';

/** The first that fits, from the most particular. */
function taskOf(prompt: string, block: CodeBlock | undefined): Task {
  const asked = splitFences(prompt).prose;
  const has = (pattern: RegExp) => pattern.test(asked);
  if (has(/\b(write|generate|create|tell|give)\b.{0,20}\b(a |an )?(very )?(long|detailed|extensive)\b|\blong (answer|essay|story|report)\b/i)) return 'long';
  // What is asked about code stands first; what the editor adds below must not change it.
  if (block !== undefined) return codeTaskOf(asked.trimStart().split('\n')[0] ?? '') ?? codeTaskOf(asked) ?? 'explain';
  if (has(/\bcompar|\bversus\b|\bvs\.?\b|\btable\b|difference between|pros and cons/i)) return 'compare';
  if (has(/\b(function|class|script|regex|snippet|program|code|query|component|endpoint|algorithm|implement)\b/i) && has(/\b(write|create|implement|show|give|make|build|generate|need|example)\b/i)) return 'code';
  if (has(/\b(list|steps?|ideas|reasons|ways|plan|checklist|tips|how (do|to|can))\b/i)) return 'list';
  if (/^\W*(hi|hello|hey|good (morning|evening|afternoon)|thanks?|thank you)\b.{0,20}$/i.test(asked.trim())) return 'greeting';
  return 'talk';
}

function codeTaskOf(asked: string): Task | undefined {
  if (/\b(write|add|generate|create|missing)\b.{0,30}\btests?\b|\bunit tests?\b|^tests?\b/i.test(asked)) return 'tests';
  if (/\bexplain|what does|how does|walk me through|describe\b/i.test(asked)) return 'explain';
  if (/\bfix|bug|error|broken|wrong|fails?\b/i.test(asked)) return 'fix';
  if (/\bimprove|refactor|simplif|clean|optimi[sz]e|rewrite|rename|convert|faster|change|add|make\b/i.test(asked)) return 'improve';
  return undefined;
}

function sectionsFor(prompt: string, model: DemoModel): readonly string[] {
  const block = codeIn(prompt);
  const subject = subjectOf(prompt);
  switch (taskOf(prompt, block)) {
    case 'fix':
      return block ? [`Here is the code again with the place marked where a real model would put its fix:`, fenced(block.language, markedCode(block, 'Simulated fix: a real model would change the code below.')), whatChanged(block, model)] : [];
    case 'improve':
      return block ? [`Here is the code again with one visible, harmless change:`, fenced(block.language, markedCode(block, 'Simulated improvement: a real model would rewrite the code below.')), whatChanged(block, model)] : [];
    case 'tests':
      return block ? [`A test file for ${inline(firstName(block))} could begin like this:`, fenced(block.language, sampleTest(block.language, firstName(block))), `- the usual case\n- empty input\n- input at its limits${model.depth > 0 ? '\n- input of the wrong kind\n- being called twice' : ''}`] : [];
    case 'explain':
      return block ? explained(block, model) : [];
    case 'compare':
      return [`You asked to compare: *${subject}*`, comparison(model, comparedIn(prompt)), `Neither is better everywhere: it depends on what must be cheap to change later.`];
    case 'code': {
      const language = languageOf(prompt);
      return [`You asked for code in \`${language}\`: *${subject}*`, fenced(`${language}${pathIn(prompt)}`, sampleCode(language, nameFrom(prompt), subject)), ...(model.depth > 0 ? [`How it works:\n\n1. It takes the items one by one.\n2. It leaves out what is missing.\n3. It returns the rest in the same order.`] : [])];
    }
    case 'list':
      return [`About *${subject}*, in order:`, steps(words(prompt), model)];
    case 'long':
      return longAnswer(subject, words(prompt), model);
    case 'greeting':
      return [`Hello! This is the demo of Farthing. Ask something, for example:`, `- *Write a function that removes duplicates in Python*\n- *Compare tabs and spaces in a table*\n- *Write a long text about caching*`];
    case 'talk':
      return [`You asked: *${subject}*`, `A real model would answer here. What was read from your question:`, readFrom(prompt, model)];
  }
}

/** The larger the model, the more it adds. */
function closing(prompt: string, model: DemoModel): readonly string[] {
  if (model.depth === 0) return [];
  const count = words(prompt).length;
  const notes = `### Notes\n\n- The question has ${count} ${count === 1 ? 'word' : 'words'} that carry meaning.\n- A smaller model would answer more briefly, a larger one at more length: ask again with another to see it.`;
  if (model.depth === 1) return [notes];
  return [notes, `### What to check\n\n| check | why |\n|---|---|\n| the inputs | an answer is only as good as what was asked |\n| the edge cases | empty, very large, repeated |\n| the cost | every answer is in the ledger with what it cost |`];
}

function explained(block: CodeBlock, model: DemoModel): readonly string[] {
  const lines = block.code.split('\n').length;
  const names = declaredNames(block.code);
  const branches = (block.code.match(/\b(if|else|switch|case|match|when|elif|\?)\b/g) ?? []).length;
  const loops = (block.code.match(/\b(for|while|loop|map|forEach|filter|reduce)\b/g) ?? []).length;
  const facts = [
    `**Language:** ${block.language || 'not named'}`,
    `**Length:** ${lines} ${lines === 1 ? 'line' : 'lines'}`,
    `**Declares:** ${names.length === 0 ? 'nothing by name' : names.slice(0, 8).map(inline).join(', ')}`,
    `**Branches and loops:** ${branches} and ${loops}`,
  ].join('\n- ');
  const walk = names.slice(0, model.depth === 0 ? 2 : 6).map((name, index) => `${index + 1}. ${inline(name)} comes ${index === 0 ? 'first' : 'next'}.`);
  return [`What can be read off the code without understanding it:`, `- ${facts}`, ...(walk.length > 0 ? [`In order:\n\n${walk.join('\n')}`] : [])];
}

function whatChanged(block: CodeBlock, model: DemoModel): string {
  const names = declaredNames(block.code).slice(0, 3).map(inline);
  const about = names.length > 0 ? ` around ${names.join(', ')}` : '';
  return `**What changed:** one comment was added${about}; every other line is as you wrote it.${model.depth > 0 ? ' Look at the difference before you take it over.' : ''}`;
}

/** The file a question wants the code in, as it stands after the language of a fence. */
function pathIn(prompt: string): string {
  const path = /\b(?:in|into|to|as|file)\s+`?((?:[\w.-]+\/)*[\w-]+\.[a-z]{1,5})\b`?/i.exec(prompt)?.[1];
  return path === undefined || path.toLowerCase() === 'node.js' ? '' : ` ${path}`;
}

/** What the demo knows of a question, as a list. */
function readFrom(prompt: string, model: DemoModel): string {
  const found = words(prompt);
  const facts = [
    `**Words that carry meaning:** ${found.length === 0 ? 'none' : found.map(inline).join(', ')}`,
    `**Length:** ${prompt.length} characters in ${prompt.split('\n').length} ${prompt.includes('\n') ? 'lines' : 'line'}`,
    `**Form:** ${/\?\s*$/.test(prompt) ? 'a question' : 'a request'}`,
    `**Try instead:** ask for code, a list, a table or a long text, or select code in an editor`,
  ];
  return facts.slice(0, 3 + model.depth).map((fact) => `- ${fact}`).join('\n');
}

/** The two things a prompt compares; neutral names when it does not say. */
function comparedIn(prompt: string): readonly [string, string] {
  const line = subjectOf(prompt).replace(/\b(in|as|with) (a )?(small |short |markdown )?table\b.*$/i, '');
  const found = /(?:compare|between|of)?\s*([\p{L}\p{N} .#+-]{1,40}?)\s+(?:and|vs\.?|versus|with|or|to)\s+([\p{L}\p{N} .#+-]{1,40})/iu.exec(line.replace(/^.*\b(compare|between|pros and cons of)\b/i, ''));
  return found?.[1] && found[2] ? [found[1].trim(), found[2].trim()] : ['First', 'Second'];
}

function comparison(model: DemoModel, [first, second]: readonly [string, string]): string {
  const rows = [
    ['Effort to begin', 'low', 'higher'],
    ['Effort to change', 'grows', 'stays even'],
    ['Good for', 'small things', 'things that last'],
    ['Speed', 'fine', 'fine'],
    ['Tools', 'many', 'some'],
    ['Risk', 'hidden', 'visible'],
  ].slice(0, 3 + model.depth * 2);
  return [`| | ${first} | ${second} |`, '|---|---|---|', ...rows.map((row) => `| ${row.join(' | ')} |`)].join('\n');
}

function steps(subjects: readonly string[], model: DemoModel): string {
  const named = subjects.length > 0 ? subjects : ['the question'];
  const wanted = Math.min(3 + model.depth * 2, Math.max(3, named.length));
  const verbs = ['Look at', 'Decide about', 'Try', 'Measure', 'Write down', 'Test', 'Review'];
  return Array.from({ length: wanted }, (_, index) => `${index + 1}. **${verbs[index % verbs.length]} ${named[index % named.length]}.** Keep it small enough to undo.`).join('\n');
}

function longAnswer(subject: string, subjects: readonly string[], model: DemoModel): readonly string[] {
  const titles = ['Where it comes from', 'How it works', 'What it costs', 'Where it fails', 'How to begin', 'What to measure', 'Common mistakes', 'A worked example', 'What to read next', 'In short'];
  const about = subjects.length > 0 ? subjects : ['this'];
  const sections = titles.slice(0, 4 + model.depth * 3).map((title, index) => {
    const word = about[index % about.length];
    const next = about[(index + 1) % about.length];
    return [
      `## ${title}`,
      `Seen from the side of ${word}, the first thing to notice is how much of it is decided before anybody writes a line. The usual advice is to start from what is known and to let ${next} follow. That advice is good as long as the parts stay small, because a small part can be thrown away when it turns out to be wrong.`,
      `A second look shows where the effort really goes. Most of it is spent on reading, some on changing, little on writing. Whoever plans for ${word} should therefore plan for readers: names that say what a thing is, an order that follows the reader, and an example where a rule would be too abstract.`,
      index % 3 === 1 ? `- ${word} first\n- then ${next}\n- then whatever is left` : `In practice this means one change at a time, each with a check that would have failed before it.`,
    ].join('\n\n');
  });
  return [`# About ${subject}`, ...sections];
}

function afterTool(result: string): string {
  const shown = result.length > 300 ? `${result.slice(0, 300)}…` : result;
  return [notice, 'The tool answered:', fenced('', shown), 'A real model would now use this to answer your question.'].join('\n\n');
}

function lastToolResult(messages: readonly DemoMessage[]): string | undefined {
  const last = messages.at(-1);
  return last?.role === 'tool' ? last.text : undefined;
}

/** A side call that wants a name for a conversation: it gets the words, not an essay. */
function wantsTitle(messages: readonly DemoMessage[]): boolean {
  return messages.some((message) => message.role === 'system' && /\btitle\b/i.test(message.text) && /\b(short|words|conversation)\b/i.test(message.text));
}

function titleFor(prompt: string): string {
  const title = words(prompt).slice(0, 5).join(' ');
  return title === '' ? 'New conversation' : title.charAt(0).toUpperCase() + title.slice(1);
}

/** A tool that the prompt asks for: by its name, or any when the prompt speaks of using a tool. */
function wantedTool(tools: readonly DemoTool[], prompt: string): DemoTool | undefined {
  const named = tools.find((tool) => prompt.toLowerCase().includes(tool.name.toLowerCase()));
  return named ?? (/\b(use|call|try|with)\b.{0,20}\btools?\b/i.test(prompt) ? tools[0] : undefined);
}

/** A value that fits a JSON schema, its texts filled from the prompt. */
function sampleValue(schema: unknown, subjects: readonly string[], depth = 0): unknown {
  if (!isRecord(schema) || depth > 5) return {};
  if (Array.isArray(schema['enum']) && schema['enum'].length > 0) return schema['enum'][0];
  switch (schema['type']) {
    case 'string':
      return subjects.slice(0, 4).join(' ') || 'demo';
    case 'number':
    case 'integer':
      return typeof schema['minimum'] === 'number' ? schema['minimum'] : 1;
    case 'boolean':
      return true;
    case 'null':
      return null;
    case 'array':
      return [sampleValue(schema['items'], subjects, depth + 1)];
    default: {
      const properties = isRecord(schema['properties']) ? schema['properties'] : {};
      const required = Array.isArray(schema['required']) ? schema['required'] : Object.keys(properties);
      return Object.fromEntries(Object.entries(properties).flatMap(([name, inner]) => (required.includes(name) ? [[name, sampleValue(inner, subjects, depth + 1)]] : [])));
    }
  }
}

const smallWords = new Set('a about all also am an and any are as at be been but by can could demo did do does for from get give had has have help her here his how i if in into is it its just know let like make me more my need no not of on one or our out please say see she should show simply so some tell than that the their them then there these they this to up us use very want was we were what when where which who why will with would write you your'.split(' '));

/** The words of a prompt that carry meaning, in order, each once, without code and magic words. */
function words(prompt: string): readonly string[] {
  const asked = splitFences(prompt).prose.replace(/\bdemo:[\w@.-]+/g, ' ');
  const found = asked.match(/[\p{L}\p{N}][\p{L}\p{N}_+#.-]*[\p{L}\p{N}+#]|\p{L}/gu) ?? [];
  return [...new Set(found.map((word) => word.toLowerCase()))].filter((word) => !smallWords.has(word)).slice(0, 12);
}

/** The question in one line, with nothing that Markdown would take for its own. */
function subjectOf(prompt: string): string {
  const line = splitFences(prompt).prose.replace(/\s+/g, ' ').replace(/[*_`<>[\]|\\"]/g, '').replace(/[\s.:]+$/, '').trim();
  if (line === '') return 'the code you sent';
  return line.length > 140 ? `${line.slice(0, 139).trimEnd()}…` : line;
}

/** A function name out of the words of a prompt. */
function nameFrom(prompt: string): string {
  const parts = words(prompt)
    .filter((word) => /^[a-z][a-z0-9]*$/.test(word) && !/^(function|class|script|code|program|python|typescript|javascript|rust|java|golang|sql|bash|css|html|ruby|snippet|query)$/.test(word))
    .slice(0, 3);
  return parts.map((part, index) => (index === 0 ? part : part.charAt(0).toUpperCase() + part.slice(1))).join('') || 'demo';
}

function firstName(block: CodeBlock): string {
  return declaredNames(block.code)[0] ?? 'selection';
}

function inline(code: string): string {
  return `\`${code}\``;
}

/** A fence longer than any in the code. */
function fenced(language: string, code: string): string {
  const longest = Math.max(2, ...[...code.matchAll(/`{3,}/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${code}\n${fence}`;
}
