import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Drain } from '../common/drain.js';
import { log } from '../common/logger.js';
import { RepeatedJob } from '../common/repeated-job.js';
import { Config } from '../config/config.js';
import { nextAnchor, type AuditAnchor } from './persistence/audit-anchor.js';
import { AuditAnchorsRepository } from './persistence/audit-anchors.repository.js';

const MOST_HEADS = 500;

/**
 * Anchors the audit chains that have grown, some hundred at a time. Any replica may: an anchor's number is its lock, and who
 * finds that another has just written one leaves it at that. Chains are anchored a while after they have grown, when every
 * write that was begun before has ended.
 */
@Injectable()
export class AuditAnchoring implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #job: RepeatedJob;

  constructor(
    @Inject(AuditAnchorsRepository) private readonly anchors: AuditAnchorsRepository,
    @Inject(Drain) private readonly drain: Drain,
    @Inject(Config) private readonly config: Config,
  ) {
    const intervalMs = config.AUDIT_ANCHOR_INTERVAL_MS;
    this.#job = new RepeatedJob({ name: 'the anchoring of audit chains', intervalMs, round: async () => this.round() });
  }

  onApplicationBootstrap(): void {
    this.#job.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.#job.stop();
  }

  async round(): Promise<void> {
    const now = new Date();
    const until = new Date(now.getTime() - this.config.AUDIT_ANCHOR_AFTER_MS);
    let last = await this.anchors.latest();
    if (last && now.getTime() - last.at.getTime() < this.config.AUDIT_ANCHOR_INTERVAL_MS / 2) return;
    while (!this.drain.hasBegun) {
      const next = await this.#anchor(last, until);
      if (!next || next.heads.length < MOST_HEADS) return;
      last = next;
    }
  }

  /** The next anchor; undefined when there is nothing to anchor, or another replica has come first. */
  async #anchor(last: AuditAnchor | undefined, until: Date): Promise<AuditAnchor | undefined> {
    const grown = await this.anchors.grownSince(last?.reached, until, MOST_HEADS);
    const latest = grown.at(-1);
    if (!latest) return undefined;
    const heads = grown.map(({ orderId, sequence, hash }) => ({ orderId, sequence, hash }));
    const reached = { at: latest.at, orderId: latest.orderId };
    const anchor = nextAnchor(last, heads, reached, new Date(), this.config.AUDIT_ANCHOR_SECRET);
    if (!(await this.anchors.insert(anchor))) return undefined;
    // Outside the database there is a witness: whoever rewrites all anchors cannot rewrite what was logged.
    log.info({ anchor: anchor.number, hash: anchor.hash, orders: heads.length }, 'audit chains anchored');
    return anchor;
  }
}
