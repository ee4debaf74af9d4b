import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chaosChecks } from '../support/chaosChecks';
import { chaosPrices, ChaosClient } from '../support/chaosRun';
import { chaosFaults, ChaosServer } from '../support/chaosServer';

/** `npm run bench -- chaos` in small: more faults, less time. Counts only. */
describe('twenty people ask while providers fail in every way', () => {
  it('loses no answer, no call and no cent', async function () {
    this.timeout(30_000);
    const folder = mkdtempSync(path.join(tmpdir(), 'farthing-chaos-'));
    const server = new ChaosServer({ faultShare: 0.4, firstWordMs: [5, 20], pieceMs: [1, 4], pieces: [8, 20], slowMs: 200, retryAfter: '0.1', prices: chaosPrices, seed: 7 });
    // An answer that stalls is given up by these; a busy machine may take that long for a healthy one, which is then counted as what it was.
    const client = new ChaosClient({ folder, address: await server.start(), settings: { 'budget.day': 1000, 'timeouts.firstTokenSeconds': 1, 'timeouts.idleSeconds': 1 } });
    try {
      await client.crowd(20, (asked) => asked < 4);
      const attempts = await server.account();
      const checks = chaosChecks({ questions: client.questions, attempts, books: client.onDisk(), complaints: client.complaints });
      assert.deepEqual(checks.filter(({ broken }) => broken.length > 0), []);
      assert.equal(client.questions.length, 80);
      assert.deepEqual(chaosFaults.filter((fault) => !attempts.some((attempt) => attempt.fault === fault)), [], 'every fault had its turn');
    } finally {
      await client.app.close();
      await server.stop();
      rmSync(folder, { recursive: true });
    }
  });
});
