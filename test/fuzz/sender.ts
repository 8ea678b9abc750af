import type { WireRequest } from './draft.js';
import type { Findings } from './findings.js';
import { faultOf, isRead, isRefused } from './verdict.js';
import type { Wire, WireReply } from './wire.js';

/** Requests under way at once. */
const SIDE_BY_SIDE = 8;

/** Sends requests, counts the replies and has each of them judged. */
export class Sender {
  readonly statuses: Record<string, number> = {};
  sent = 0;

  constructor(
    private readonly wire: Wire,
    private readonly findings: Findings,
  ) {}

  /**
   * Several at once.
   *
   * @param indexes which of the requests to send
   * @param first how many requests of the run come before these
   * @returns those of the changes that were refused
   */
  async send(requests: readonly WireRequest[], indexes: readonly number[], first: number): Promise<number[]> {
    const waiting = indexes.values();
    const refused: number[] = [];
    const worker = async (): Promise<void> => {
      for (const index of waiting) {
        const request = requests[index] as WireRequest;
        const reply = await this.#exchange(request, first + index);
        if (reply && isRefused(reply) && !isRead(request)) refused.push(index);
      }
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker));
    return refused.sort((one, other) => one - other);
  }

  async #exchange(request: WireRequest, number: number): Promise<WireReply | undefined> {
    this.sent += 1;
    try {
      const reply = await this.wire.send(request);
      this.#count(String(reply.status));
      const fault = faultOf(request, reply);
      if (fault !== undefined) this.findings.add(request, number, fault);
      return reply;
    } catch (error) {
      this.#count('none');
      this.findings.add(request, number, (error as Error).message);
      return undefined;
    }
  }

  #count(status: string): void {
    this.statuses[status] = (this.statuses[status] ?? 0) + 1;
  }
}
