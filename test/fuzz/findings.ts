import { curlOf, type WireRequest } from './draft.js';

/** What was found wrong, each with the request that shows it. */
export class Findings {
  readonly list: string[] = [];

  constructor(
    private readonly baseUrl: string,
    private readonly seed: number,
  ) {}

  get count(): number {
    return this.list.length;
  }

  /** @param number of the request within the run */
  add(request: WireRequest, number: number, fault: string): void {
    this.note(
      `${request.method} ${request.path.slice(0, 200)} ${fault}\n  request ${number}\n  ${curlOf(request, this.baseUrl)}`,
    );
  }

  note(finding: string): void {
    this.list.push(`seed ${this.seed}: ${finding}`);
  }
}
