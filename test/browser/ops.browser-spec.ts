import { SignJWT } from 'jose';
import { expectProblem, Marketplace, orderWhen, placeOrder, type Client, type Order } from '../support/client.js';
import { startTestStack, type TestStack } from '../support/stack.js';
import { BoardPage } from './support/board.js';
import { accessibilityFaults, DESKTOP, PHONE, TestBrowser } from './support/browser.js';

/** One unit each of two vendors: 199 + 299 cents, and 499 for each parcel. */
const TWO_VENDORS = {
  items: [
    { sku: 'demo-1', quantity: 1 },
    { sku: 'demo-2', quantity: 1 },
  ],
};
const PARCEL = { carrier: 'UPS', trackingNumber: '1Z001' };
/** What browsers write of requests that the test has made fail. */
const FAILED_REQUEST = /^Failed to load resource/u;

describe('the operations board', () => {
  let stack: TestStack;
  let market: Marketplace;
  let browser: TestBrowser;
  let buyer: Client;
  let support: Client;
  let board: BoardPage;

  const openBoard = async (options: Parameters<TestBrowser['open']>[1] = {}): Promise<BoardPage> =>
    new BoardPage(await browser.open(`${stack.baseUrl}/ops`, options));
  /** Closed at the end, as a browser may write of refusals well after they were shown. */
  const inPageOfItsOwn = async (use: (page: BoardPage) => Promise<void>): Promise<void> => {
    const its = await openBoard();
    try {
      await use(its);
    } finally {
      await its.page.context().close();
    }
  };
  const tokenOf = async (claims: { roles: string[]; vendorId?: string }, ttlSeconds = 3_600): Promise<string> =>
    stack.token({ sub: 'sue', ttlSeconds, ...claims });
  const ship = async (order: Order, body: object = PARCEL): Promise<void> => {
    const reply = await support.post(`/orders/${order.id}/shipments`, body);
    expect(reply.status).toBe(201);
  };
  const arrive = async (order: Order): Promise<void> => {
    const reply = await support.put(`/orders/${order.id}`, { status: 'delivered' });
    expect(reply.status).toBe(200);
  };

  beforeAll(async () => {
    [stack, browser] = await Promise.all([startTestStack(), TestBrowser.start()]);
    market = await Marketplace.open(stack);
    buyer = await market.customer();
    support = await market.staff('support');
    board = await openBoard();
  }, 90_000);

  afterAll(async () => {
    await browser?.stop();
    await market?.close();
    await stack?.stop();
  });

  describe('as a page', () => {
    it('loads nothing but what is its own, and nothing else can be run in it', async () => {
      const reply = await market.anonymous.get('/ops?utm_source=mail');
      expect(reply.status).toBe(200);
      expect(reply.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(reply.headers.get('content-security-policy')).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
          "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
      );
      expect(reply.headers.get('referrer-policy')).toBe('no-referrer');
      expect(reply.headers.get('cache-control')).toBe('no-store');
      expect(await browser.complaints()).toEqual([]);
      const title = await board.page.title();
      await board.page.evaluate(() => {
        const script = document.createElement('script');
        script.textContent = 'document.title = "taken over"';
        document.head.append(script);
      });
      expect(await board.page.title()).toBe(title);
      expect((await browser.complaints()).join('\n')).toMatch(/inline script.+Content Security Policy/u);
    });

    it('has a script and a style sheet that browsers may keep for good, and no other assets', async () => {
      const { text } = await market.anonymous.get('/ops');
      const paths = [...text.matchAll(/(?:src|href)="(\/assets\/[a-z]+-[A-Z0-9]{8}\.(?:js|css))"/gu)].map(
        ([, path]) => path,
      );
      expect(paths).toHaveLength(2);
      for (const path of paths) {
        const reply = await market.anonymous.get(String(path));
        expect(reply.status).toBe(200);
        expect(reply.headers.get('content-type')).toMatch(/^text\/(?:javascript|css); charset=utf-8$/u);
        expect(reply.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      }
      for (const name of ['manifest.json', 'ops.js', '..%2fmain.js', '..%2f..%2fpackage.json', '__proto__'])
        expectProblem(await market.anonymous.get(`/assets/${name}`), 404, 'not_found');
    });
  });

  describe('signing in', () => {
    const forged = async (): Promise<string> =>
      new SignJWT({ roles: ['admin'] })
        .setProtectedHeader({ alg: 'HS256' })
        .setSubject('mallory')
        .setIssuer('marketplace-development')
        .setAudience('order-service')
        .setExpirationTime('1h')
        .sign(new TextEncoder().encode('a key that the service does not know of'));

    it.each<[string, () => Promise<string>, string]>([
      ['nothing', async () => ' ', 'Paste a token first'],
      ['no token', async () => 'hello', 'This is not a token'],
      ['an expired one', async () => tokenOf({ roles: ['admin'] }, -60), 'has expired'],
      ["a customer's", async () => tokenOf({ roles: ['customer'] }), 'neither support, admin nor a vendor'],
      ['one that somebody else has signed', forged, 'the token is not valid'],
    ])('tells what is wrong with %s', async (_, token, words) => {
      await inPageOfItsOwn(async (refused) => {
        await refused.signIn(await token());
        await refused.page.getByRole('alert').filter({ hasText: words }).waitFor();
        expect(await refused.page.evaluate(() => sessionStorage.getItem('ops.token'))).toBeNull();
      });
      expect(await browser.complaints(FAILED_REQUEST)).toEqual([]);
    });

    it('is of whoever signed in last, whatever is still answered to the one before', async () => {
      await inPageOfItsOwn(async (shared) => {
        let release: () => void = () => undefined;
        const isReleased = new Promise<void>((resolve) => (release = resolve));
        await shared.page.route(
          '**/orders?*',
          async (route) => {
            await isReleased;
            await route.continue();
          },
          { times: 1 },
        );
        await shared.signIn(await forged());
        await shared.page.getByRole('alert').filter({ hasText: 'not valid' }).waitFor();
        await shared.signIn(await tokenOf({ roles: ['support'] }));
        await shared.isLive();
        const late = shared.page.waitForResponse((response) => response.status() === 401);
        release();
        await (await late).finished();
        await shared.page.reload();
        await shared.isLive();
      });
      expect(await browser.complaints(FAILED_REQUEST)).toEqual([]);
    });

    it('lasts as long as the tab, and ends by signing out', async () => {
      await board.signIn(await tokenOf({ roles: ['support'] }));
      await board.isLive();
      await board.page.reload();
      await board.isLive();
      await board.page.getByText('sue').waitFor();
      expect(await board.page.evaluate(() => [localStorage.length, document.cookie])).toEqual([0, '']);
      await board.page.getByRole('button', { name: 'Sign out' }).click();
      await board.page.getByLabel('Access token').waitFor();
      expect(await board.page.evaluate(() => sessionStorage.getItem('ops.token'))).toBeNull();
      expect(await browser.complaints()).toEqual([]);
    });

    it('is over when the token expires', async () => {
      await inPageOfItsOwn(async (expiring) => {
        await expiring.signIn(await tokenOf({ roles: ['support'] }, 3));
        await expiring.isLive();
        await expiring.page.getByRole('alert').filter({ hasText: 'expired' }).waitFor();
      });
      expect(await browser.complaints(FAILED_REQUEST)).toEqual([]);
    });
  });

  describe('for support', () => {
    beforeAll(async () => {
      await board.signIn(await tokenOf({ roles: ['support'] }));
      await board.isLive();
    });

    it('shows an order placed, shipped and delivered while it is open', async () => {
      const order = await placeOrder(buyer);
      await board.listed(order.id, 'confirmed');
      await board.open(order.id);
      await ship(order);
      await board.listed(order.id, 'shipped');
      await board.part('vendor-1').getByText('UPS 1Z001').waitFor();
      await arrive(order);
      await board.listed(order.id, 'delivered');
      await board.partIs('vendor-1', 'delivered');
      await board.page.locator('.timeline li[data-type=delivered]').waitFor();
      expect(await browser.complaints()).toEqual([]);
    });

    it('shows a declined payment, and counts it', async () => {
      const reply = await buyer.post<{ orderId: string }>('/orders', {
        items: [{ sku: 'demo-1', quantity: 1 }],
        currency: 'USD',
        shippingAddress: { name: 'A', line1: '1 Road', city: 'Town', postalCode: '1', country: 'US' },
        payments: [{ methodToken: 'tok_declined' }],
      });
      expect(reply.status).toBe(402);
      await board.listed(reply.body.orderId, 'payment_failed');
      await board.page.locator('.figures div', { hasText: 'Payments failed' }).getByText('1').waitFor();
      await board.page
        .locator('.figures div', { hasText: 'Outbox lag' })
        .getByText(/^\d+\.\d s$/u)
        .waitFor();
    });

    it('ships, cancels and refunds', async () => {
      const order = await placeOrder(buyer, TWO_VENDORS);
      await board.listed(order.id, 'confirmed');
      await board.open(order.id);
      await board.ask('vendor-1', 'Ship', { Carrier: 'DHL', 'Tracking number': 'JD 7' });
      await board.said('Ship for vendor-1: done');
      await board.partIs('vendor-1', 'shipped');
      await board.ask('vendor-2', 'Cancel', { Reason: 'Sold out' });
      await board.said('Cancel for vendor-2: done');
      await board.partIs('vendor-2', 'cancelled');
      await orderWhen(support, order.id, 'captured', ({ payment }) => payment.captured.amount > 0);
      await board.ask('vendor-1', 'Refund', { 'Amount in USD': '1.50', Reason: 'Came late' });
      await board.said('Refund for vendor-1: done');
      const after = await orderWhen(support, order.id, 'refunded', ({ payment }) => payment.refunded.amount > 0);
      expect(after.payment.refunded.amount).toBe(150);
      expect(after.vendorOrders).toMatchObject([
        { shipments: [{ carrier: 'DHL', trackingNumber: 'JD 7' }] },
        { status: 'cancelled', cancellations: [{ reason: 'Sold out' }] },
      ]);
      await board.page.locator('.timeline li[data-type=refunded]').waitFor();
      expect(await browser.complaints()).toEqual([]);
    });

    it('refunds once, however often it is asked when the answer is lost', async () => {
      const order = await placeOrder(buyer);
      await ship(order);
      await orderWhen(support, order.id, 'captured', ({ payment }) => payment.captured.amount > 0);
      await board.listed(order.id, 'shipped');
      await board.open(order.id);
      const keys: (string | undefined)[] = [];
      await board.page.route('**/refunds', async (route) => {
        keys.push(route.request().headers()['idempotency-key']);
        if (keys.length > 2) return route.continue();
        // It is done, and nobody hears of it.
        await route.fetch();
        await route.abort();
      });
      const refund = { 'Amount in USD': '1.00', Reason: 'Scratched' };
      await board.ask('vendor-1', 'Refund', refund);
      await board.dialog.getByText('It may have been done or not').waitFor();
      // Neither another press nor beginning anew makes it another refund.
      await board.confirm();
      await board.dialog.locator('button[type=submit]:enabled').waitFor();
      await board.page.reload();
      await board.isLive();
      await board.ask('vendor-1', 'Refund', refund);
      await board.said('this had been done already');
      await board.page.unroute('**/refunds');
      expect(keys).toHaveLength(3);
      expect(new Set(keys).size).toBe(1);
      await orderWhen(support, order.id, 'refunded', ({ payment }) => payment.refunded.amount > 0);
      expect(await market.ledgerSum(order.id, 'refund')).toBe(100);
      // Now that it was answered, the same words are another refund.
      await board.ask('vendor-1', 'Refund', refund);
      await board.said('Refund for vendor-1: done');
      await orderWhen(support, order.id, 'refunded again', ({ payment }) => payment.refunded.amount === 200);
      expect(await browser.complaints(FAILED_REQUEST)).toEqual([]);
    });

    it('shows what the service refuses, and acts on what is seen alone', async () => {
      const order = await placeOrder(buyer);
      await board.listed(order.id, 'confirmed');
      await board.open(order.id);
      await board.part('vendor-1').getByRole('button', { name: 'Ship' }).click();
      await board.dialog.getByLabel('Carrier', { exact: true }).fill('DHL');
      await board.dialog.getByLabel('Tracking number').fill('JD 8');
      expect((await support.put(`/orders/${order.id}`, { status: 'processing' })).status).toBe(200);
      await board.partIs('vendor-1', 'processing');
      await board.confirm();
      await board.dialog.getByText('412 version_conflict').waitFor();
      expect((await support.put(`/orders/${order.id}`, { status: 'cancelled', reason: 'x' })).status).toBe(200);
      // The release of the money changes the order once more.
      const { version } = await orderWhen(support, order.id, 'voided', ({ payment }) => payment.status === 'voided');
      await board.showsVersion(version);
      await board.confirm();
      await board.dialog.getByText(/^\s*\(409 /u).waitFor();
      await board.page.keyboard.press('Escape');
      await board.dialog.waitFor({ state: 'detached' });
      expect(await browser.complaints(FAILED_REQUEST)).toEqual([]);
    });

    it('finds and filters orders, and lets go of what no longer fits', async () => {
      const { page } = board;
      await page.getByRole('link', { name: 'Close order' }).click();
      const order = await placeOrder(buyer, { items: [{ sku: 'demo-3', quantity: 1 }] });
      await page.getByLabel('Status').selectOption('confirmed');
      await page.getByLabel('Vendor').fill('vendor-3');
      await page.getByRole('button', { name: 'Apply' }).click();
      await board.listed(order.id, 'confirmed');
      expect(await page.locator('tbody tr[data-order]').count()).toBe(1);
      await ship(order);
      await board.row(order.id).waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'Clear' }).click();
      await page.getByLabel('Find').fill(order.number);
      await page.getByRole('button', { name: 'Apply' }).click();
      await board.listed(order.id, 'shipped');
      await page.waitForFunction(() => document.querySelectorAll('tbody tr[data-order]').length === 1);
      await page.getByLabel('Find').fill('nobody@example.com');
      await page.keyboard.press('Enter');
      await page.getByText('No orders here').waitFor();
      await page.getByRole('button', { name: 'Clear' }).click();
      await board.listed(order.id, 'shipped');
      expect(await browser.complaints()).toEqual([]);
    });

    it('can be worked with by keyboard', async () => {
      const { page } = board;
      const order = await placeOrder(buyer);
      await board.listed(order.id, 'confirmed');
      await board.row(order.id).getByRole('link').focus();
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: `Order ${order.number}` }).waitFor();
      await page.waitForFunction(() => document.activeElement?.id === 'order-title');
      const start = board.part('vendor-1').getByRole('button', { name: 'Start processing' });
      for (
        let presses = 0;
        presses < 20 && !(await start.evaluate((button) => button === document.activeElement));
        presses += 1
      )
        await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await board.dialog.waitFor();
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await board.partIs('vendor-1', 'processing');
      expect(await browser.complaints()).toEqual([]);
    });

    it('catches up with what happened while its replica was away', async () => {
      const { baseUrl } = await stack.startReplica();
      const order = await placeOrder(buyer);
      await board.listed(order.id, 'confirmed');
      await stack.service.kill();
      await board.page.getByText('Not live').waitFor();
      const shipped = await support.at(baseUrl).post(`/orders/${order.id}/shipments`, PARCEL);
      expect(shipped.status).toBe(201);
      const other = await placeOrder(buyer.at(baseUrl));
      await stack.restartService({ ending: 'crash' });
      await board.listed(order.id, 'shipped');
      await board.listed(other.id, 'confirmed');
      await board.isLive();
      expect(await browser.complaints(FAILED_REQUEST)).toEqual([]);
    });

    it('does without the figures of the service where it may not see them', async () => {
      await board.page.route('**/metrics', (route) => route.abort());
      await board.page.reload();
      await board.isLive();
      await board.page.locator('.figures div', { hasText: 'Outbox lag' }).getByText('not known').waitFor();
      const order = await placeOrder(buyer);
      await board.listed(order.id, 'confirmed');
      await board.page.unroute('**/metrics');
      expect(await browser.complaints(FAILED_REQUEST)).toEqual([]);
    });
  });

  it('shows a vendor its own part alone', async () => {
    const [both, other] = [
      await placeOrder(buyer, TWO_VENDORS),
      await placeOrder(buyer, { items: [{ sku: 'demo-2', quantity: 1 }] }),
    ];
    const view = await openBoard();
    const asked: string[] = [];
    view.page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await view.signIn(await tokenOf({ roles: ['vendor'], vendorId: 'vendor-1' }));
    await view.isLive();
    await view.listed(both.id, 'confirmed');
    await view.open(both.id);
    expect(await view.page.locator('section[data-vendor]').count()).toBe(1);
    expect(await view.row(other.id).count()).toBe(0);
    expect(await view.page.getByText(/vendor-2|authorized/iu).count()).toBe(0);
    await view.ask('vendor-1', 'Ship', { Carrier: 'UPS', 'Tracking number': '9' });
    await view.listed(both.id, 'shipped');
    await support.put(`/orders/${both.id}`, { status: 'shipped', vendorId: 'vendor-2', shipment: PARCEL });
    const later = await placeOrder(buyer, { items: [{ sku: 'demo-2', quantity: 1 }] });
    const own = await placeOrder(buyer);
    await view.listed(own.id, 'confirmed');
    expect(await view.row(later.id).count()).toBe(0);
    expect(asked).toContain('/vendors/vendor-1/events');
    expect(asked).not.toContain('/metrics');
    expect(await browser.complaints()).toEqual([]);
    await view.page.context().close();
  });

  describe.each([
    ['a desktop', DESKTOP, 'light'],
    ['a phone', PHONE, 'dark'],
  ] as const)('on %s', (_, viewport, colorScheme) => {
    it('can be used by everybody', async () => {
      const order = await placeOrder(buyer, TWO_VENDORS);
      await ship(order, { ...PARCEL, vendorId: 'vendor-1' });
      const view = await openBoard({ viewport, colorScheme });
      await view.page.getByLabel('Access token').waitFor();
      expect(await accessibilityFaults(view.page)).toEqual([]);
      await view.signIn(await tokenOf({ roles: ['support'] }));
      await view.isLive();
      await view.listed(order.id, 'partially_shipped');
      expect(await accessibilityFaults(view.page)).toEqual([]);
      const isWide = await view.page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      expect(isWide).toBe(false);
      await view.open(order.id);
      await view.page.getByText('Ledger').click();
      expect(await accessibilityFaults(view.page)).toEqual([]);
      await view.part('vendor-1').getByRole('button', { name: 'Refund' }).click();
      await view.dialog.waitFor();
      expect(await accessibilityFaults(view.page)).toEqual([]);
      await view.page.context().close();
    });
  });
});
