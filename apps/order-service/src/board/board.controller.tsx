import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Response } from 'express';
import { Serves } from '../auth/auth.guard.js';
import { TakesQuery } from '../common/query.guard.js';
import { Pages } from '../web/page.js';

@ApiExcludeController()
@Controller('ops')
export class BoardController {
  constructor(@Inject(Pages) private readonly pages: Pages) {}

  /** The page alone, open to anyone: it holds no data and gets them from the API, with the token of whoever looks at it. */
  @Get()
  @Serves('pages')
  @TakesQuery()
  get(@Res() response: Response): void {
    const body = (
      <div id="app">
        <noscript>
          <main class="sign-in">
            <h1>Order operations</h1>
            <p>This board needs JavaScript.</p>
          </main>
        </noscript>
      </div>
    );
    this.pages.send(response, { title: 'Order operations', script: 'ops', body });
  }
}
