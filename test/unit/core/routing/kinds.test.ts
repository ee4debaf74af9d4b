import assert from 'node:assert/strict';
import type { TaskKind } from '../../../../src/core/model/modelCard';
import { type KindClues, kindsOf } from '../../../../src/core/routing/kinds';

const rows: [string, KindClues, Partial<Record<TaskKind, number>>][] = [
  ['a query', { domains: { code: 1 }, language: 'sql', intents: { sql: 1 } }, { languages: 1 }],
  ['work on data', { domains: { code: 1 }, language: 'python', intents: { data: 1 } }, { dataScience: 1 }],
  ['a fix', { domains: { code: 1 }, intents: { fix: 1 } }, { fixing: 1 }],
  ['what is half a fix and half a cause', { domains: { code: 1 }, intents: { fix: 0.5, debug: 0.5 } }, { fixing: 1 }],
  ['tests', { domains: { code: 1 }, intents: { test: 1 } }, { tests: 1 }],
  ['two likely wishes', { domains: { code: 1 }, intents: { explain: 0.75, refactor: 0.25 } }, { understanding: 0.75, refactoring: 0.25 }],
  ['code in Python', { domains: { code: 1 }, language: 'python', intents: { generate: 1 } }, { generation: 1 }],
  ['code in another language', { domains: { code: 1 }, language: 'rust', intents: { generate: 1 } }, { languages: 1 }],
  ['code of no known language', { domains: { code: 1 }, intents: { generate: 1 } }, { generation: 1 }],
  ['code that takes thought', { domains: { code: 0.75, math: 0.25 }, intents: { generate: 1 } }, { algorithm: 0.5, generation: 0.5 }],
  ['half about code', { domains: { code: 0.5, writing: 0.5 }, intents: { fix: 1 } }, { fixing: 0.5 }],
  ['no code', { domains: { writing: 1 }, intents: { fix: 1 } }, {}],
  ['mathematics alone', { domains: { math: 1 }, intents: { explain: 1 } }, {}],
  ['a wish that no model was measured at', { domains: { code: 1 }, intents: { design: 1 } }, {}],
  ['no known intent', { domains: { code: 1 } }, {}],
];

describe('kindsOf', () => {
  for (const [name, clues, expected] of rows) {
    it(name, () => {
      assert.deepEqual(kindsOf(clues), expected);
    });
  }
});
