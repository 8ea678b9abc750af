import type { ComponentChildren } from 'preact';
import { Inject, Injectable } from '@nestjs/common';
import type { Response } from 'express';
import { renderToString } from 'preact-render-to-string';
import { Assets } from './assets.js';

/** Nothing is loaded but from here, nothing runs that stands in the page itself, and no other site may frame it. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** A parcel, without a request of its own. */
const ICON = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#1f5fbf"/>' +
    '<path d="M7 11l9-4 9 4v10l-9 4-9-4z M7 11l9 4 9-4 M16 15v10" fill="none" stroke="#fff" stroke-width="2" stroke-linejoin="round"/></svg>',
)}`;

export interface PageContent {
  title: string;
  /** The script of the page; a page without one works all the same. */
  script?: 'ops' | 'tracking';
  body: ComponentChildren;
  status?: number;
  /** What the root element says of the page's contents as `data-status`. */
  dataStatus?: string;
}

/** Writes the pages for people. */
@Injectable()
export class Pages {
  constructor(@Inject(Assets) private readonly assets: Assets) {}

  send(response: Response, content: PageContent): void {
    response
      .status(content.status ?? 200)
      .setHeader('Content-Security-Policy', CONTENT_SECURITY_POLICY)
      .setHeader('Referrer-Policy', 'no-referrer')
      .setHeader('Cache-Control', 'no-store')
      .setHeader('X-Robots-Tag', 'noindex, nofollow')
      .type('html')
      .send(this.#document(content));
  }

  #document({ title, script, body, dataStatus }: PageContent): string {
    const page = (
      <html lang="en" data-status={dataStatus}>
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          <title>{title}</title>
          <link rel="icon" href={ICON} />
          <link rel="stylesheet" href={this.assets.pathOf('style')} />
          {script && <script type="module" src={this.assets.pathOf(script)} />}
        </head>
        <body>{body}</body>
      </html>
    );
    return `<!doctype html>${renderToString(page)}`;
  }
}
