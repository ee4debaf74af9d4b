import assert from 'node:assert/strict';
import { periodBounds, periodLimits } from '../../../../src/core/budget/periods';
import type { Period, WeekStart } from '../../../../src/core/model/budget';
import { nano } from '../../../../src/core/model/money';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Runs `work` as if the machine stood in `zone`; Node takes the change up at once. */
function inZone<Result>(zone: string, work: () => Result): Result {
  const before = process.env['TZ'];
  process.env['TZ'] = zone;
  try {
    // Compared by what the system calls the zone: Kathmandu goes by its older spelling.
    const called = new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;
    assert.equal(new Intl.DateTimeFormat().resolvedOptions().timeZone, called);
    return work();
  } finally {
    if (before === undefined) delete process.env['TZ'];
    else process.env['TZ'] = before;
  }
}

describe('periodBounds', () => {
  const rows: readonly { readonly why: string; readonly zone: string; readonly at: string; readonly period: Period; readonly weekStart?: WeekStart; readonly from: string; readonly hours: number }[] = [
    { why: 'an ordinary day', zone: 'Europe/London', at: '2026-01-15T12:00Z', period: 'day', from: '2026-01-15T00:00Z', hours: 24 },
    { why: 'the first instant of a day', zone: 'Europe/London', at: '2026-01-15T00:00Z', period: 'day', from: '2026-01-15T00:00Z', hours: 24 },
    { why: 'the last instant of a day', zone: 'Europe/London', at: '2026-01-15T23:59:59.999Z', period: 'day', from: '2026-01-15T00:00Z', hours: 24 },
    { why: 'spring forward', zone: 'America/New_York', at: '2026-03-08T12:00Z', period: 'day', from: '2026-03-08T05:00Z', hours: 23 },
    { why: 'fall back', zone: 'America/New_York', at: '2026-11-01T12:00Z', period: 'day', from: '2026-11-01T04:00Z', hours: 25 },
    { why: 'the hour that comes twice, first time', zone: 'America/New_York', at: '2026-11-01T05:30Z', period: 'day', from: '2026-11-01T04:00Z', hours: 25 },
    { why: 'the hour that comes twice, second time', zone: 'America/New_York', at: '2026-11-01T06:30Z', period: 'day', from: '2026-11-01T04:00Z', hours: 25 },
    { why: 'half an hour forward', zone: 'Australia/Lord_Howe', at: '2026-10-04T00:00Z', period: 'day', from: '2026-10-03T13:30Z', hours: 23.5 },
    { why: 'half an hour back', zone: 'Australia/Lord_Howe', at: '2026-04-05T00:00Z', period: 'day', from: '2026-04-04T13:00Z', hours: 24.5 },
    { why: 'an offset of 45 minutes', zone: 'Asia/Kathmandu', at: '2026-06-01T00:00Z', period: 'day', from: '2026-05-31T18:15Z', hours: 24 },
    { why: 'an offset of 30 minutes, spring forward', zone: 'America/St_Johns', at: '2026-03-08T12:00Z', period: 'day', from: '2026-03-08T03:30Z', hours: 23 },
    { why: 'a midnight that is skipped: the day begins at 1:00', zone: 'America/Sao_Paulo', at: '2018-11-04T12:00Z', period: 'day', from: '2018-11-04T03:00Z', hours: 23 },
    { why: 'a midnight that comes twice: the day before has 25 hours', zone: 'America/Sao_Paulo', at: '2018-02-17T12:00Z', period: 'day', from: '2018-02-17T02:00Z', hours: 25 },
    { why: 'the second 23:30 of that day', zone: 'America/Sao_Paulo', at: '2018-02-18T02:30Z', period: 'day', from: '2018-02-17T02:00Z', hours: 25 },
    { why: 'the day before one that never was', zone: 'Pacific/Apia', at: '2011-12-29T20:00Z', period: 'day', from: '2011-12-29T10:00Z', hours: 24 },
    { why: 'the day after one that never was', zone: 'Pacific/Apia', at: '2011-12-30T20:00Z', period: 'day', from: '2011-12-30T10:00Z', hours: 24 },
    { why: 'a week with a day that never was', zone: 'Pacific/Apia', at: '2011-12-29T20:00Z', period: 'week', weekStart: 1, from: '2011-12-26T10:00Z', hours: 6 * 24 },
    { why: 'a month with a day that never was', zone: 'Pacific/Apia', at: '2011-12-29T20:00Z', period: 'month', from: '2011-12-01T10:00Z', hours: 30 * 24 },
    { why: 'a week from Monday', zone: 'Europe/London', at: '2026-03-18T12:00Z', period: 'week', weekStart: 1, from: '2026-03-16T00:00Z', hours: 168 },
    { why: 'a week from Sunday', zone: 'Europe/London', at: '2026-03-18T12:00Z', period: 'week', weekStart: 0, from: '2026-03-15T00:00Z', hours: 168 },
    { why: 'a week from Saturday', zone: 'Europe/London', at: '2026-03-18T12:00Z', period: 'week', weekStart: 6, from: '2026-03-14T00:00Z', hours: 168 },
    { why: 'its own first day', zone: 'Europe/London', at: '2026-03-16T00:00Z', period: 'week', weekStart: 1, from: '2026-03-16T00:00Z', hours: 168 },
    { why: 'its own last day, a Sunday with 23 hours', zone: 'Europe/London', at: '2026-03-29T22:59Z', period: 'week', weekStart: 1, from: '2026-03-23T00:00Z', hours: 167 },
    { why: 'a week over the end of a year', zone: 'America/New_York', at: '2027-01-01T12:00Z', period: 'week', weekStart: 1, from: '2026-12-28T05:00Z', hours: 168 },
    { why: 'a month with a clock change', zone: 'America/New_York', at: '2026-03-31T12:00Z', period: 'month', from: '2026-03-01T05:00Z', hours: 31 * 24 - 1 },
    { why: 'February', zone: 'Asia/Kathmandu', at: '2026-02-28T12:00Z', period: 'month', from: '2026-01-31T18:15Z', hours: 28 * 24 },
    { why: 'February of a leap year', zone: 'Europe/London', at: '2028-02-29T12:00Z', period: 'month', from: '2028-02-01T00:00Z', hours: 29 * 24 },
    { why: 'December', zone: 'Europe/London', at: '2026-12-31T23:59Z', period: 'month', from: '2026-12-01T00:00Z', hours: 31 * 24 },
  ];
  for (const { why, zone, at, period, weekStart = 1, from, hours } of rows) {
    it(`gives the ${period} of ${at} in ${zone}: ${why}`, () => {
      const bounds = inZone(zone, () => periodBounds(Date.parse(at), weekStart)[period]);
      assert.deepEqual({ from: new Date(bounds.from).toISOString(), hours: (bounds.to - bounds.from) / hourMs }, { from: new Date(from).toISOString(), hours });
    });
  }

  const zones = ['America/New_York', 'Europe/London', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'America/St_Johns', 'Pacific/Apia', 'America/Sao_Paulo', 'Africa/Cairo', 'Asia/Beirut', 'Pacific/Chatham', 'Africa/Casablanca', 'America/Havana'];
  for (const zone of zones) {
    it(`leaves no instant of two years in ${zone} out of its periods, or in two of them, and begins them on quarter hours`, () => {
      inZone(zone, () => {
        const start = zone === 'Pacific/Apia' ? Date.UTC(2011, 0, 1) : Date.UTC(2025, 0, 1);
        // An odd step, so that instants of all times of day come by.
        for (let at = start; at < start + 730 * 24 * hourMs; at += 5 * hourMs + 7 * minuteMs + 13) {
          const bounds = periodBounds(at, 1);
          for (const period of ['day', 'week', 'month'] as const) {
            const { from, to } = bounds[period];
            const name = `${period} of ${new Date(at).toISOString()}`;
            assert.ok(from <= at && at < to, name);
            assert.equal(from % (15 * minuteMs), 0, name);
            assert.equal(to % (15 * minuteMs), 0, name);
            assert.equal(periodBounds(from, 1)[period].from, from, `${name}: the beginning belongs to it`);
            assert.equal(periodBounds(to - 1, 1)[period].to, to, `${name}: the last instant belongs to it`);
            assert.equal(periodBounds(to, 1)[period].from, to, `${name}: the next follows at once`);
          }
          assert.equal(new Date(bounds.day.from).getDate(), new Date(at).getDate());
          assert.equal(new Date(bounds.month.from).getDate(), 1);
        }
      });
    });
  }
});

describe('periodLimits', () => {
  it('lists all periods, with the limits that are set', () => {
    const limits = periodLimits(Date.UTC(2026, 0, 1), { day: nano(5), month: nano(7), conversation: nano(9) }, 0);
    assert.deepEqual(
      limits.map(({ scope, limit }) => [scope, limit]),
      [
        ['day', 5],
        ['week', undefined],
        ['month', 7],
      ],
    );
  });
});
