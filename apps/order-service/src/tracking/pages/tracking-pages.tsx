import { Inject, Injectable } from '@nestjs/common';
import type { Problem } from '@marketplace/contracts';
import type { Response } from 'express';
import { Pages } from '../../web/page.js';
import type { TrackingSnapshot } from './browser/snapshot.js';
import { SNAPSHOT_ID, TrackedOrder } from './browser/tracked-order.js';
import { LookupAnswer, LookupForm, ProblemNotice, type Refusal } from './lookup-form.js';

/** Writes the pages for people without an account. */
@Injectable()
export class TrackingPages {
  constructor(@Inject(Pages) private readonly pages: Pages) {}

  /** The order as it is now, complete without a script; with one it stays up to date. */
  sendOrder(response: Response, snapshot: TrackingSnapshot): void {
    const body = (
      <>
        <div id="app">
          <TrackedOrder snapshot={snapshot} />
        </div>
        <script type="application/json" id={SNAPSHOT_ID} dangerouslySetInnerHTML={{ __html: inScript(snapshot) }} />
      </>
    );
    const title = `${snapshot.statusText} · Order ${snapshot.number}`;
    this.pages.send(response, { title, script: 'tracking', body, dataStatus: snapshot.status });
  }

  sendJson(response: Response, snapshot: TrackingSnapshot): void {
    response
      .setHeader('Cache-Control', 'no-store')
      .setHeader('Referrer-Policy', 'no-referrer')
      .setHeader('X-Robots-Tag', 'noindex, nofollow')
      .json(snapshot);
  }

  /** @param refusal why what was sent before was not taken, and what it was */
  sendForm(response: Response, refusal?: Refusal): void {
    const title = refusal ? 'Please check: find your order' : 'Find your order';
    const status = refusal ? 400 : 200;
    this.pages.send(response, { title, status, body: <LookupForm {...(refusal ? { refusal } : {})} /> });
  }

  sendFormAnswer(response: Response): void {
    this.pages.send(response, { title: 'Look into your inbox', body: <LookupAnswer /> });
  }

  sendProblem(response: Response, problem: Problem): void {
    const title = problem.status === 404 ? 'This link does not work' : 'This page cannot be shown';
    this.pages.send(response, { title, status: problem.status, body: <ProblemNotice problem={problem} /> });
  }
}

/** JSON that cannot end the element it stands in. */
function inScript(value: object): string {
  return JSON.stringify(value).replaceAll('<', String.raw`\u003c`);
}
