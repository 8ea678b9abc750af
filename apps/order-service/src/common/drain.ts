import { Injectable } from '@nestjs/common';

/** Whether the process is about to stop: no traffic is wanted, and no background work is begun any more. */
@Injectable()
export class Drain {
  #begun = false;

  begin(): void {
    this.#begun = true;
  }

  get hasBegun(): boolean {
    return this.#begun;
  }
}
