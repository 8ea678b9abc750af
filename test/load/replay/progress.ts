import cliProgress from 'cli-progress';
import { formatCount, formatDuration } from './decimal.js';

/** Shows how far a run is, with its rate and the time left. */
export interface Progress {
  /** Tells that one more order is done, or so many. */
  advance(failed: boolean, count?: number): void;
  stop(): void;
}

const LINE_INTERVAL_MS = 5_000;

/**
 * A bar on a terminal; elsewhere, where a bar would only fill a log, a line every few seconds.
 *
 * @param done orders that were complete before the run; they count as done, not towards the rate
 */
export function startProgress(total: number, done: number, terminal: boolean): Progress {
  const tally = new Tally(total, done);
  return terminal ? barOf(tally) : linesOf(tally);
}

class Tally {
  private readonly startedAt = Date.now();
  private advanced = 0;
  failed = 0;

  constructor(
    readonly total: number,
    private readonly before: number,
  ) {}

  get done(): number {
    return this.before + this.advanced;
  }

  add(failed: boolean, count = 1): void {
    this.advanced += count;
    if (failed) this.failed += count;
  }

  /** Orders a second, and the time left at that rate. */
  pace(): { rate: string; left: string; failures: string } {
    const perSecond = (this.advanced * 1000) / Math.max(1, Date.now() - this.startedAt);
    const remaining = this.total - this.done;
    const left =
      remaining > 0 && perSecond === 0 ? 'unknown time' : formatDuration((remaining * 1000) / (perSecond || 1));
    const failures = this.failed > 0 ? `, ${formatCount(this.failed)} failed` : '';
    return { rate: perSecond.toFixed(1), left, failures };
  }
}

function barOf(tally: Tally): Progress {
  const format = '{bar} {percentage}% | {value}/{total} orders | {rate}/s | {left} left{failures}';
  const bar = new cliProgress.SingleBar({ format, hideCursor: true }, cliProgress.Presets.shades_classic);
  bar.start(tally.total, tally.done, tally.pace());
  return {
    advance: (failed, count) => {
      tally.add(failed, count);
      bar.update(tally.done, tally.pace());
    },
    stop: () => bar.stop(),
  };
}

function linesOf(tally: Tally): Progress {
  const print = (): void => {
    const { rate, left, failures } = tally.pace();
    const orders = `${formatCount(tally.done)} of ${formatCount(tally.total)} orders`;
    console.log(`  ${orders}, ${rate}/s, ${left} left${failures}`);
  };
  const timer = setInterval(print, LINE_INTERVAL_MS);
  return {
    advance: (failed, count) => tally.add(failed, count),
    stop: () => {
      clearInterval(timer);
      print();
    },
  };
}
