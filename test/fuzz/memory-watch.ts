/** Resident memory of the service, in megabytes: medians of the second and of the last quarter of a run. */
export interface MemoryFigures {
  afterWarmUpMb: number;
  atTheEndMb: number;
}

const FEWEST_SAMPLES = 8;

/** Reads the service's own gauge, which is the operating system's figure. */
export class MemoryWatch {
  readonly #samplesMb: number[] = [];

  constructor(private readonly baseUrl: string) {}

  async sample(): Promise<void> {
    const reply = await fetch(`${this.baseUrl}/metrics`);
    const bytes = /^process_resident_memory_bytes (\S+)$/mu.exec(await reply.text())?.[1];
    this.#samplesMb.push(Number(bytes) / 2 ** 20);
  }

  /** Undefined where there are too few samples to tell growth from warming up. */
  figures(): MemoryFigures | undefined {
    const quarter = Math.floor(this.#samplesMb.length / 4);
    if (this.#samplesMb.length < FEWEST_SAMPLES) return undefined;
    return {
      afterWarmUpMb: median(this.#samplesMb.slice(quarter, 2 * quarter)),
      atTheEndMb: median(this.#samplesMb.slice(-quarter)),
    };
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
