import assert from 'node:assert/strict';
import { estimateTokenCount } from 'tokenx';
import { countTokens } from '../../../src/gateway/countTokens';

type Counted = Parameters<typeof countTokens>[0];

describe('countTokens', () => {
  const perCharacter = (text: string) => text.length;
  const image = { mediaType: 'image/png', base64: 'A'.repeat(10_000) } as const;
  const tool = { name: 'f', description: '', parameters: {} };
  const rows: readonly (readonly [string, Counted, number])[] = [
    ['a text and what is around it', { messages: [{ role: 'user', text: 'hello' }] }, 5 + 4],
    ['calls of tools and what was thought', { messages: [{ role: 'assistant', text: 'a', reasoning: [{ place: 'p', text: 'bc', sealed: 'x'.repeat(500) }], toolCalls: [{ id: 'i', name: 'f', arguments: '{}' }] }] }, 'a\nbc\nf {}'.length + 4],
    ['images of people and of tools', { messages: [{ role: 'user', text: '', images: [image] }, { role: 'tool', toolCallId: 'i', text: '', images: [image] }] }, 2 * 1504],
    ['tools', { messages: [], tools: [tool] }, JSON.stringify(tool).length + 4],
  ];
  for (const [name, prompt, expected] of rows) it(`counts ${name}`, () => assert.equal(countTokens(prompt, perCharacter), expected));

  it('takes what is long to be like its parts', () => {
    const prose = 'This is prose with words, and it goes on. '.repeat(8000);
    const code = 'const value = await fetched(argument, { option: true });\n'.repeat(2000);
    let read = 0;
    const count = (text: string) => {
      read += text.length;
      return estimateTokenCount(text);
    };
    const counted = countTokens({ messages: [{ role: 'system', text: prose }, { role: 'user', text: code }] }, count);
    const whole = estimateTokenCount(prose) + estimateTokenCount(code);
    assert.ok(Math.abs(counted / whole - 1) < 0.05, `${counted} of ${whole}`);
    assert.ok(read < 25_000, String(read));
  });
});
