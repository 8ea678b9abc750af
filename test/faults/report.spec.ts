import { countHarms, type Finding } from './check/harm.js';
import { isHarmless, renderFindings, renderTables } from './report.js';
import type { TrialReport } from './trial.js';

function report(findings: Finding[], more: Partial<TrialReport> = {}): TrialReport {
  return {
    scenario: 'kill-service',
    load: '3 replicas',
    faults: '5 x kill -9',
    faultCount: 5,
    acknowledged: 17,
    harms: countHarms(findings),
    findings,
    longestRecoveryMs: 1_940,
    tookMs: 10_000,
    ...more,
  };
}

const lost = (subject: string): Finding => ({ harm: 'lost', subject, detail: 'gone' });
const cellsOf = (line: string | undefined): string[] => (line ?? '').split('|').map((cell) => cell.trim());

describe('the report', () => {
  it('has a row a scenario, with every harm', () => {
    const [headings, , row] = renderTables([report([lost('a'), lost('a'), lost('b')])]).split('\n');
    expect(cellsOf(headings)).toHaveLength(cellsOf(row).length);
    expect(cellsOf(row)).toEqual([
      '',
      'kill-service',
      '3 replicas',
      '5 x kill -9',
      '17',
      '2',
      '0',
      '0',
      '0',
      '0',
      '0',
      '1.9 s',
      '',
    ]);
  });

  it('has a second table for what was measured before and during a fault', () => {
    const measurements = [{ name: 'GET order', before: 200, during: 150, unit: '/s' }];
    const lines = renderTables([report([], { measurements })]).split('\n');
    expect(cellsOf(lines.at(-1))).toEqual(['', 'kill-service', 'GET order', '200.0 /s', '150.0 /s', '0.75', '']);
  });

  it('tells of harm, as much as can be read', () => {
    expect(isHarmless(report([]))).toBe(true);
    expect(renderFindings(report([]))).toEqual([]);
    const harmed = report(Array.from({ length: 25 }, (_, n) => lost(`order-${n}`)));
    expect(isHarmless(harmed)).toBe(false);
    expect(renderFindings(harmed)[1]).toBe('  lost: order-0: gone');
    expect(renderFindings(harmed).at(-1)).toBe('  and 5 more');
  });
});
