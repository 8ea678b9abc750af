/** The signals by which a person or a supervisor ends a command. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Whatever is still running by then is killed with this process. */
const DEADLINE_MS = 4_500;
const PARENT_CHECK_MS = 500;

/** Ends a command once: by signal with code 0, or with a reason and code 1. */
export class Shutdown {
  private readonly steps: (() => Promise<void>)[] = [];
  private begun = false;

  constructor(private readonly say: (line: string) => void) {
    for (const signal of SIGNALS) process.on(signal, () => void this.end(0, 'Stopping'));
    if (process.env.npm_lifecycle_event) this.endWithParent();
  }

  /** Whether the end has begun, from when on nothing that ends is a fault. */
  get inProgress(): boolean {
    return this.begun;
  }

  /** Adds what has to end. The last that was added ends first. */
  add(step: () => Promise<void>): void {
    this.steps.unshift(step);
  }

  async end(exitCode: number, reason: string): Promise<void> {
    if (this.begun) return;
    this.begun = true;
    this.say(reason);
    setTimeout(() => process.exit(exitCode), DEADLINE_MS).unref();
    for (const step of this.steps) {
      await step().catch((error: unknown) => this.say(`While stopping: ${String(error)}`));
    }
    process.exit(exitCode);
  }

  /** npm that is killed cannot hand the signal on. */
  private endWithParent(): void {
    const parent = process.ppid;
    const check = () => {
      if (process.ppid !== parent) void this.end(0, 'npm has ended: stopping');
    };
    setInterval(check, PARENT_CHECK_MS).unref();
  }
}
