import assert from 'node:assert/strict';
import { plainText } from '../../../src/vscode/plainText';

function check(text: string, expected: string): void {
  it(JSON.stringify(text).slice(0, 60), () => assert.equal(plainText(text), expected));
}

describe('plainText', () => {
  check('OpenAI accepted the key (5 of 10 USD used).', 'OpenAI accepted the key (5 of 10 USD used).');
  check('[Fix it](command:workbench.action.terminal.new)', '[Fix it] (command:workbench.action.terminal.new)');
  check('[a]\u200b(command:x)', '[a] (command:x)');
  check('[a]\n(command:x)', '[a] (command:x)');
  check('$(pass) evil', '$ (pass) evil');
  check('$\u202e(pass)', '$ (pass)');
  check('a]($(b)', 'a] ($ (b)');
  check('two\r\nlines\tand\u2028more', 'two lines and more');
  check('日本語 für 5 €', '日本語 für 5 €');
  check('x'.repeat(2000), `${'x'.repeat(1000)}…`);
});
