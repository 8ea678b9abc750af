import type { BrowserContextOptions, Page } from 'playwright-core';
import { waitUntil } from '@marketplace/local-stack';
import { Marketplace, placeOrder, type Client, type Order } from '../support/client.js';
import { startTestStack, type Replica, type TestStack } from '../support/stack.js';
import { accessibilityFaults, DESKTOP, PHONE, TestBrowser } from './support/browser.js';

const TWO_VENDORS = {
  items: [
    { sku: 'demo-1', quantity: 2 },
    { sku: 'demo-2', quantity: 1 },
  ],
};
const PARCEL = { carrier: 'DHL', trackingNumber: '00340434161094042557', trackingUrl: 'https://carrier.example/0034' };
/** What browsers write of requests that the test has made fail. */
const FAILED_REQUEST = /^Failed to load resource/u;

let stack: TestStack;
let market: Marketplace;
let browser: TestBrowser;
let other: Replica;
let buyer: Client;
let support: Client;

beforeAll(async () => {
  [stack, browser] = await Promise.all([startTestStack(), TestBrowser.start()]);
  other = await stack.startReplica();
  market = await Marketplace.open(stack);
  [buyer, support] = await Promise.all([market.customer(), market.staff('support')]);
}, 90_000);

afterAll(async () => {
  await browser?.stop();
  await market?.close();
  await stack?.stop();
});

interface Link {
  id: string;
  url: string;
}

const linkTo = async (order: Order): Promise<Link> =>
  (await buyer.post<Link>(`/orders/${order.id}/tracking-links`, {})).body;
const openPage = async (order: Order, options: BrowserContextOptions = {}): Promise<Page> =>
  browser.open((await linkTo(order)).url, options);
const move = async (order: Order, body: object, client = support): Promise<void> => {
  expect((await client.put(`/orders/${order.id}`, body)).status).toBe(200);
};
const isLive = async (page: Page): Promise<void> => page.locator('[data-connection=live]').waitFor();
const isShown = async (page: Page, status: string): Promise<void> =>
  page.locator(`html[data-status=${status}]`).waitFor();
const close = async (page: Page): Promise<void> => page.context().close();

describe('the page of an order', () => {
  it('follows the order from its placing to its delivery without being loaded again', async () => {
    const order = await placeOrder(buyer, { items: [{ sku: 'demo-1', quantity: 1 }] });
    const page = await openPage(order, { viewport: PHONE, timezoneId: 'Asia/Tokyo' });
    await page.evaluate(() => Object.assign(window, { isSamePage: true }));
    await isLive(page);
    await isShown(page, 'confirmed');
    const placedAt = page.locator('time').first();
    expect(await placedAt.getAttribute('datetime')).toBe(order.placedAt);
    const inTokyo = new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Tokyo', hour: '2-digit', minute: '2-digit' });
    expect(await placedAt.textContent()).toContain(inTokyo.format(new Date(order.placedAt)));

    await move(order, { status: 'processing' });
    await isShown(page, 'processing');
    await move(order, { status: 'shipped', shipment: PARCEL });
    await isShown(page, 'shipped');
    const carrier = page.getByRole('link', { name: 'Follow it at DHL' });
    expect(await carrier.getAttribute('href')).toBe(PARCEL.trackingUrl);
    expect(await carrier.getAttribute('rel')).toBe('noopener noreferrer');
    await page
      .getByRole('status')
      .filter({ hasText: 'On its way. A parcel is on its way.' })
      .waitFor({ state: 'attached' });
    await move(order, { status: 'delivered' });
    await isShown(page, 'delivered');
    await page.getByRole('heading', { level: 1, name: 'Delivered' }).waitFor();
    expect(await page.locator('[aria-current=step]').textContent()).toContain('Delivered');
    expect(await page.title()).toBe(`Delivered · Order ${order.number}`);
    expect(await page.evaluate(() => 'isSamePage' in window)).toBe(true);
    expect(await browser.complaints()).toEqual([]);
    await close(page);
  });

  it('catches up by itself after the service was killed', async () => {
    const order = await placeOrder(buyer, { items: [{ sku: 'demo-2', quantity: 1 }] });
    const page = await openPage(order);
    await page.evaluate(() => Object.assign(window, { isSamePage: true }));
    await isLive(page);
    await stack.service.kill();
    await page.locator('[data-connection=waiting]').waitFor();
    await move(order, { status: 'shipped', shipment: PARCEL }, support.at(other.baseUrl));
    await stack.restartService({ ending: 'crash' });
    await isLive(page);
    await isShown(page, 'shipped');
    await move(order, { status: 'delivered' }, support.at(other.baseUrl));
    await isShown(page, 'delivered');
    expect(await page.evaluate(() => 'isSamePage' in window)).toBe(true);
    expect(await browser.complaints(FAILED_REQUEST)).toEqual([]);
    await close(page);
  });

  it('is whole and right without JavaScript', async () => {
    const order = await placeOrder(buyer, TWO_VENDORS);
    await move(order, { status: 'shipped', vendorId: 'vendor-1', shipment: PARCEL });
    await move(order, { status: 'cancelled', vendorId: 'vendor-2' });
    const page = await openPage(order, { javaScriptEnabled: false, viewport: PHONE });
    await isShown(page, 'shipped');
    const text = await page.locator('body').innerText();
    for (const shown of [
      order.number,
      'vendor-1',
      'vendor-2',
      'Demo product 1',
      PARCEL.trackingNumber,
      'Nothing will be sent',
      'UTC',
      'Reload the page',
    ]) {
      expect(text).toContain(shown);
    }
    expect(await page.locator('[data-connection]').count()).toBe(0);
    await move(order, { status: 'delivered', vendorId: 'vendor-1' });
    await page.reload();
    await isShown(page, 'delivered');
    await close(page);
  });

  it('is closed when its link is taken back', async () => {
    const order = await placeOrder(buyer);
    const link = await linkTo(order);
    const page = await browser.open(link.url);
    await isLive(page);
    expect((await buyer.delete(`/orders/${order.id}/tracking-links/${link.id}`)).status).toBe(204);
    await page.getByRole('heading', { name: 'This link does not work' }).waitFor();
    expect(await page.locator('body').innerText()).not.toContain(order.number);
    expect(await browser.complaints(FAILED_REQUEST)).toEqual([]);
    await close(page);
  });

  it('does everything for those who use no mouse and those who do not see it', async () => {
    const order = await placeOrder(buyer, TWO_VENDORS);
    await support.post(`/orders/${order.id}/shipments`, {
      vendorId: 'vendor-1',
      items: [{ sku: 'demo-1', quantity: 1 }],
      ...PARCEL,
    });
    await move(order, { status: 'cancelled', vendorId: 'vendor-2' });
    const link = await linkTo(order);
    for (const viewport of [PHONE, DESKTOP]) {
      for (const colorScheme of ['light', 'dark'] as const) {
        const page = await browser.open(link.url, { viewport, colorScheme });
        await isLive(page);
        expect({ viewport, colorScheme, faults: await accessibilityFaults(page) }).toEqual({
          viewport,
          colorScheme,
          faults: [],
        });
        // Nothing sticks out of a narrow screen.
        expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
        await page.keyboard.press('Tab');
        expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('Follow it at DHL');
        await close(page);
      }
    }
    expect(await browser.complaints()).toEqual([]);
  });
});

describe('a link that does not work', () => {
  it('shows a page that says so, and the way to a new one', async () => {
    const page = await browser.open(`${stack.baseUrl}/track/nonsense`, { viewport: PHONE });
    await page.getByRole('heading', { level: 1, name: 'This link does not work' }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('link', { name: 'Get a new link' }).click();
    await page.getByRole('heading', { level: 1, name: 'Find your order' }).waitFor();
    expect(await browser.complaints(FAILED_REQUEST)).toEqual([]);
    await close(page);
  });
});

describe('the form for those who have lost their link', () => {
  it.each([true, false])('works by keyboard, with JavaScript: %p', async (javaScriptEnabled) => {
    const email = `form-${String(javaScriptEnabled)}@example.com`;
    const order = await placeOrder(market.anonymous, { email });
    const page = await browser.open(`${stack.baseUrl}/track`, { javaScriptEnabled, viewport: PHONE });
    if (javaScriptEnabled) expect(await accessibilityFaults(page)).toEqual([]);
    await page.keyboard.press('Tab');
    await page.keyboard.type(order.number);
    await page.keyboard.press('Tab');
    await page.keyboard.type('nobody');
    await page.keyboard.press('Enter');
    await page.getByText('Please enter an e-mail address, such as name@example.com.').waitFor();
    if (javaScriptEnabled) expect(await accessibilityFaults(page)).toEqual([]);
    expect(await page.getByLabel('Order number').inputValue()).toBe(order.number);
    await page.getByLabel('E-mail address').fill(email);
    await page.keyboard.press('Enter');
    await page.getByText('If there is such an order').waitFor();
    await waitUntil('the link is mailed', async () =>
      (await market.ledger(order.id)).some(({ template }) => template === 'tracking-link'),
    );
    expect(await browser.complaints(FAILED_REQUEST)).toEqual([]);
    await close(page);
  });
});
