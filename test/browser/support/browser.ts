import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const WAIT_MS = 15_000;

export const DESKTOP = { width: 1280, height: 900 };
export const PHONE = { width: 390, height: 844 };

/** A browser whose pages must hold what they promise: whatever one complains about fails the test that looks. */
export class TestBrowser {
  readonly #complaints: string[] = [];

  private constructor(private readonly browser: Browser) {}

  static async start(): Promise<TestBrowser> {
    const executablePath = process.env.CHROMIUM_PATH;
    if (!executablePath) throw new Error('CHROMIUM_PATH is not set: the suites run through npm run test:browser');
    return new TestBrowser(await chromium.launch({ executablePath, args: FLAGS }));
  }

  async stop(): Promise<void> {
    await this.browser.close();
  }

  /**
   * A page in a context of its own, at the width of a desktop unless told. Its violations of the content security policy, its
   * uncaught errors and whatever else the browser writes to the console as an error are complaints.
   */
  async open(url: string, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.browser.newContext({ viewport: DESKTOP, ...options });
    context.setDefaultTimeout(WAIT_MS);
    this.#listen(context);
    const page = await context.newPage();
    await page.goto(url);
    return page;
  }

  /**
   * What pages have complained about since they were last asked.
   *
   * @param expected what belongs to the test, for example the failed requests while the service is away
   */
  async complaints(expected = /^$/u): Promise<string[]> {
    // What a page has complained about before it answers this is heard of before the answer.
    const pages = this.browser.contexts().flatMap((context) => context.pages());
    await Promise.all(pages.map(async (page) => page.evaluate(() => document.readyState)));
    return this.#complaints.splice(0).filter((complaint) => !expected.test(complaint));
  }

  #listen(context: BrowserContext): void {
    context.on('page', (page) => {
      page.on('pageerror', (error) => this.#complaints.push(`uncaught: ${error.message}`));
    });
    context.on('console', (message) => {
      if (message.type() === 'error') this.#complaints.push(`${message.text()} ${message.location().url}`.trim());
    });
  }
}

/** What a page does for people who cannot see it or use no mouse: axe's findings as `rule: where`, none where all is well. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  // DevTools evaluate it in the page, where the content security policy has no say; the page itself stays under it.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(readFileSync(AXE, 'utf8'));
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof import('axe-core') };
    const { violations } = await axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary ?? ''}`),
    );
  });
}
