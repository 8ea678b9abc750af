import { expectProblem, Marketplace } from '../support/client.js';
import { startTestStack, type TestStack } from '../support/stack.js';
import { TestBrowser } from './support/browser.js';

describe('the pages', () => {
  let stack: TestStack;
  let market: Marketplace;
  let browser: TestBrowser;

  beforeAll(async () => {
    [stack, browser] = await Promise.all([startTestStack(), TestBrowser.start()]);
    market = await Marketplace.open(stack);
  }, 90_000);

  afterAll(async () => {
    await browser?.stop();
    await market?.close();
    await stack?.stop();
  });

  it('load nothing but what is theirs, and nothing else can be run in them', async () => {
    const reply = await market.anonymous.get('/ops?utm_source=mail');
    expect(reply.status).toBe(200);
    expect(reply.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(reply.headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    );
    expect(reply.headers.get('referrer-policy')).toBe('no-referrer');
    expect(reply.headers.get('cache-control')).toBe('no-store');
    const page = await browser.open(`${stack.baseUrl}/ops`);
    expect(await page.title()).toBe('Order operations');
    expect(browser.complaints()).toEqual([]);
    await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'document.title = "taken over"';
      document.head.append(script);
    });
    expect(await page.title()).toBe('Order operations');
    expect(browser.complaints().join('\n')).toMatch(/inline script.+Content Security Policy/u);
    await page.context().close();
  });

  it('have scripts and a style sheet that browsers may keep for good', async () => {
    const { text } = await market.anonymous.get('/ops');
    const names = [...text.matchAll(/(?:src|href)="(\/assets\/[a-z]+-[A-Z0-9]{8}\.(?:js|css))"/gu)].map(
      ([, path]) => path,
    );
    expect(names).toHaveLength(2);
    for (const name of names) {
      const reply = await market.anonymous.get(String(name));
      expect(reply.status).toBe(200);
      expect(reply.headers.get('content-type')).toMatch(/^text\/(?:javascript|css); charset=utf-8$/u);
      expect(reply.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    }
  });

  it('have no other assets', async () => {
    for (const name of ['manifest.json', 'ops.js', '..%2fmain.js', '..%2f..%2fpackage.json', '__proto__'])
      expectProblem(await market.anonymous.get(`/assets/${name}`), 404, 'not_found');
  });
});
