import assert from 'node:assert/strict';
import { periodBounds } from '../../../../src/core/budget/periods';
import type { BudgetStatus, Period, WeekStart } from '../../../../src/core/model/budget';
import { zeroDollars } from '../../../../src/core/model/money';
import { periodOf } from '../../../../src/gateway/operations/periods';

const periods: readonly Period[] = ['day', 'week', 'month'];
const weekStarts: readonly WeekStart[] = [0, 1, 6];

describe('the running period', () => {
  it('begins where the budgets have it begin, on every day of two years, whatever day a week begins on', () => {
    for (let day = 0; day < 731; day++) {
      const now = new Date(2027, 0, 1 + day, 13).getTime();
      for (const weekStart of weekStarts) {
        const bounds = periodBounds(now, weekStart);
        const statuses = periods.map((scope): BudgetStatus => ({ scope, realm: 'real', spent: zeroDollars, held: zeroDollars, limit: undefined, resetsAt: bounds[scope].to, unknownCalls: 0, calls: 0 }));
        for (const scope of periods) assert.deepEqual(periodOf({ statuses }, scope), bounds[scope], `${scope} of ${new Date(now).toISOString()}`);
      }
    }
  });

  it('is not known where no budget tells it', () => assert.equal(periodOf({ statuses: [] }, 'day'), undefined));
});
