import { Counter, Gauge, Registry } from 'prom-client';

type Reading<T> = () => T | Promise<T>;

/** Figures that others keep, read when they are asked for. */
export class FigureRegistry extends Registry {
  gauge(name: string, help: string, read: Reading<number>): void {
    const gauge = new Gauge({
      name,
      help,
      registers: [],
      async collect() {
        this.set(await read());
      },
    });
    this.registerMetric(gauge);
  }

  /** A gauge with a value for each value of one label. */
  gaugeBy(label: string, name: string, help: string, read: Reading<Iterable<[string, number]>>): void {
    const gauge = new Gauge({
      name,
      help,
      labelNames: [label],
      registers: [],
      async collect() {
        for (const [value, figure] of await read()) this.set({ [label]: value }, figure);
      },
    });
    this.registerMetric(gauge);
  }

  /** A counter by one label, of what is counted elsewhere. */
  counterBy(label: string, name: string, help: string, read: () => Iterable<[string, number]>): void {
    const counter = new Counter({
      name,
      help,
      labelNames: [label],
      registers: [],
      collect() {
        this.reset();
        for (const [value, count] of read()) this.inc({ [label]: value }, count);
      },
    });
    this.registerMetric(counter);
  }
}
