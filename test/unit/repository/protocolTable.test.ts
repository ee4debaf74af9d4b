import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../../scripts/node24.mjs';
import { wireMatrix } from '../../support/wireMatrix';

describe('docs/protocols.md', () => {
  it('has the table of what is tested', () => {
    const text = readFileSync(path.join(root, 'docs/protocols.md'), 'utf8');
    assert.ok(text.includes(wireMatrix()), 'run node scripts/wiresTable.mjs');
  });
});
