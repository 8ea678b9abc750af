import { readFileSync } from 'node:fs';
import { ALERTS_FILE, PROMETHEUS_RULE_FILE, prometheusRule } from './alerting-rules.js';
import { alerts, panels, queries } from './monitoring.js';
import { metricsOf } from './promql.js';

const operations = readFileSync('docs/operations.md', 'utf8');

describe('the metrics of a query', () => {
  it.each([
    ['up', ['up']],
    ['sum by (le) (rate(a_bucket{job="x", status=~"5.."}[5m])) / on (le) max(b) > 0.5', ['a_bucket', 'b']],
    ['absent(up{job="x"} == 1) and increase(c_total[30m] offset 1d) > 20', ['up', 'c_total']],
  ])('%s', (query, metrics) => {
    expect(metricsOf(query)).toEqual(metrics);
  });

  it.each(['sum(', 'rate(a[5m', 'a >> b', 'a{job=x}'])('%s is no query', (query) => {
    expect(() => metricsOf(query)).toThrow('no query');
  });
});

describe('alerts and dashboard', () => {
  it('ask in queries that Prometheus understands', () => {
    expect(queries().length).toBeGreaterThan(30);
    for (const { where, query } of queries())
      expect({ where, metrics: metricsOf(query).length }).not.toEqual({ where, metrics: 0 });
  });

  it.each(alerts())('$alert is explained in docs/operations.md, with what to do', ({ alert, labels, annotations }) => {
    expect(operations).toMatch(new RegExp(`^### ${alert}$`, 'mu'));
    const section = operations.split(`### ${alert}\n`)[1]?.split('\n#')[0] ?? '';
    expect(section.trim().length).toBeGreaterThan(80);
    expect(['page', 'ticket']).toContain(labels.severity);
    expect(annotations.summary).toMatch(/\.$/u);
  });

  it('explain no alert that there is not', () => {
    const explained = [...operations.matchAll(/^### (?<name>[A-Z][A-Za-z]+)$/gmu)].map(
      ({ groups }) => groups?.['name'],
    );
    const names = alerts().map(({ alert }) => alert);
    expect(explained.filter((name) => !names.includes(name ?? ''))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
  });

  it(`${PROMETHEUS_RULE_FILE} holds the alerts: run "npm run alerts" when it does not`, () => {
    expect(readFileSync(PROMETHEUS_RULE_FILE, 'utf8')).toBe(prometheusRule(readFileSync(ALERTS_FILE, 'utf8')));
  });

  it('every panel says what it shows', () => {
    for (const { title, type, description } of panels()) {
      if (type !== 'row') expect({ title, description }).toEqual({ title, description: expect.stringMatching(/\.$/u) });
    }
  });
});
