import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { Metrics } from '../../../../src/gateway/operations/metrics';

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly type: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string }[];
}

const dashboard: { readonly panels: readonly Panel[]; readonly uid: string } = JSON.parse(readFileSync('docs/grafana/farthing-dashboard.json', 'utf8'));
const alerts: { readonly groups: readonly { readonly rules: readonly { readonly alert: string; readonly expr: string; readonly annotations: { readonly summary: string } }[] }[] } = parse(readFileSync('docs/grafana/alerts.yml', 'utf8'));
const metrics = new Metrics('1', 0).declared();

/** Names, as an expression of Prometheus has them, with the labels that are asked of them. */
function unknownIn(expression: string): readonly string[] {
  const names = [...expression.matchAll(/\b((?:farthing|gen_ai)_[a-z_]+)\b(?=\s*[{[)/=>]|\s*$|\s)/g)].map(([, name = '']) => name);
  const labels = new Set(metrics.flatMap(({ labelNames }) => labelNames));
  return names.filter((name) => !labels.has(name) && !metrics.some((metric) => metric.name === name || (metric.type === 'histogram' && metric.name === name.replace(/_(bucket|sum|count)$/, ''))));
}

describe('the dashboard and the alerts', () => {
  it('find the metrics that there are, and the check finds one that is not', () => {
    assert.deepEqual(unknownIn('sum by (le) (rate(farthing_nothing_total{job=~"$job"}[5m]))'), ['farthing_nothing_total']);
    const expressions = [...dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)), ...alerts.groups.flatMap(({ rules }) => rules.map(({ expr }) => expr))];
    assert.ok(expressions.length > 25);
    assert.deepEqual(expressions.flatMap(unknownIn), []);
  });

  it('ask only for labels that the metrics have', () => {
    const known = new Set([...metrics.flatMap(({ labelNames }) => labelNames), 'le', 'job']);
    const asked = dashboard.panels.flatMap(({ targets = [] }) => targets.flatMap(({ expr }) => [...[...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(/,\s*/)), ...[...expr.matchAll(/[{,]([a-z_]+)=/g)].map(([, label = '']) => label)]));
    assert.deepEqual(asked.filter((label) => !known.has(label)), []);
  });

  it('show every metric that counts, somewhere', () => {
    const shown = JSON.stringify(dashboard) + JSON.stringify(alerts);
    const about = new Set(['farthing_gateway_start_time_seconds', 'farthing_month_calls']);
    assert.deepEqual(metrics.map(({ name }) => name).filter((name) => !shown.includes(name) && !about.has(name)), []);
  });

  it('panels have ids of their own and do not lie on one another', () => {
    const { panels } = dashboard;
    assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
    for (const [place, { gridPos: one, title }] of panels.entries()) {
      assert.ok(one.x + one.w <= 24, title);
      for (const { gridPos: other, title: otherTitle } of panels.slice(place + 1)) {
        const apart = one.x + one.w <= other.x || other.x + other.w <= one.x || one.y + one.h <= other.y || other.y + other.h <= one.y;
        assert.ok(apart, `${title} and ${otherTitle}`);
      }
    }
  });

  it('every alert has its name and a sentence', () => {
    const rules = alerts.groups.flatMap((group) => group.rules);
    assert.equal(new Set(rules.map(({ alert }) => alert)).size, rules.length);
    assert.ok(rules.every(({ annotations }) => annotations.summary.endsWith('.')));
  });
});
