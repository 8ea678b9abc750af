import type { Scope } from '../../auth/principal.js';
import { after, confirmedOrder, quotedLine } from '../../orders/domain/order-fixtures.spec-support.js';
import { requestStatus } from '../../orders/domain/fulfil.js';
import type { Order } from '../../orders/domain/order.js';
import { EventStream } from './event-stream.js';
import { FakeResponse } from './fake-response.spec-support.js';
import { TIMELINE_VIEW, type OrderView } from './order-view.js';
import { OrderViewer } from './order-viewer.js';

const STAFF: Scope = { everything: true };
const CUSTOMER: Scope = { everything: false, customerId: 'alice' };
const VENDOR: Scope = { everything: false, vendorId: 'vendor-2' };

const placed = confirmedOrder({ lines: [quotedLine(), quotedLine({ sku: 'sku-2', vendorId: 'vendor-2' })] });
const shipped: Order = { ...requestStatus(placed, { status: 'shipped', vendorId: 'vendor-1' }, after(5)), version: 9 };
const all = (order: Order): number[] => order.history.map(({ sequence }) => sequence);
const news = all(shipped).slice(placed.history.length);

describe('one who watches an order', () => {
  const begin = async (
    given: {
      scope?: Scope;
      after?: number;
      view?: OrderView;
      stillOpen?: (order: Order) => boolean;
      order?: Order;
    } = {},
  ): Promise<{ viewer: OrderViewer; response: FakeResponse; stream: EventStream; show: (order: Order) => void }> => {
    const { scope = CUSTOMER, view = TIMELINE_VIEW, stillOpen = () => true, order = placed } = given;
    const response = new FakeResponse();
    const stream = new EventStream(response.asResponse, { mostBufferedBytes: 100_000, heartbeatMs: 15_000 });
    const viewer = new OrderViewer(scope, view, given.after, stillOpen);
    await viewer.begin(stream, order);
    return { viewer, response, stream, show: (next) => viewer.show(next, new Map()) };
  };

  it('is given the state first, without an id, and then every event', async () => {
    const { response } = await begin();
    expect(response.events).toEqual(['state', ...placed.history.map(({ type }) => type)]);
    expect(response.ids).toEqual(all(placed));
    expect(response.text).toContain(`"status":"confirmed"`);
    expect(response.text).toContain(`"sequence":${placed.history.length}`);
  });

  it('is given what came after the last event that it has seen', async () => {
    const { response, viewer, show } = await begin({ after: 2 });
    expect(response.ids).toEqual(all(placed).slice(2));
    show(shipped);
    expect(response.ids).toEqual(all(shipped).slice(2));
    expect(viewer.sequence).toBe(shipped.history.length);
  });

  it('is given each event once, however often the order is shown, and not what it has shown before', async () => {
    const { response, show } = await begin();
    show(shipped);
    show(shipped);
    show(placed);
    show(shipped);
    expect(response.ids).toEqual(all(shipped));
  });

  it('fills a gap from the history', async () => {
    const { response, show } = await begin({ after: 1 });
    show(shipped);
    expect(response.ids).toEqual(all(shipped).slice(1));
  });

  it('begins anew when it claims to have seen what never was', async () => {
    const { response } = await begin({ after: 999 });
    expect(response.events.slice(0, 2)).toEqual(['state', 'reset']);
    expect(response.ids).toEqual(all(placed));
  });

  it('sees of other vendors that something happened, and nothing else', async () => {
    const { response, show } = await begin({ scope: VENDOR });
    show(shipped);
    expect(response.ids).toEqual(all(shipped));
    expect(response.events.slice(placed.history.length + 1)).toEqual(news.map(() => 'hidden'));
    expect(response.text).not.toMatch(/vendor-1|alice|tender/u);
  });

  it('shares what was made for others who see the same, and nothing with those who see something else', async () => {
    const viewers = [await begin(), await begin(), await begin({ scope: VENDOR }), await begin({ scope: STAFF })];
    const texts = new Map<string, string>();
    for (const { viewer } of viewers) viewer.show(shipped, texts);
    expect(texts.size).toBe(3);
    const last = viewers.map(({ response }) => response.written.at(-1));
    expect(last[0]).toBe(last[1]);
    expect(last[2]).toContain('hidden');
    expect(last[0]).toContain('vendor-1');
  });

  it('is shown nothing while it still takes what was before', async () => {
    const response = new FakeResponse();
    const stream = new EventStream(response.asResponse, { mostBufferedBytes: 500, heartbeatMs: 15_000 });
    const viewer = new OrderViewer(CUSTOMER, TIMELINE_VIEW, undefined, () => true);
    response.isRead = false;
    const beginning = viewer.begin(stream, placed);
    viewer.show(shipped, new Map());
    response.isRead = true;
    response.drain();
    await beginning;
    expect(response.ids).toEqual(all(placed));
    viewer.show(shipped, new Map());
    expect(response.ids).toEqual(all(shipped));
  });

  it('is sent away for good once it may see the order no longer', async () => {
    let isRevoked = false;
    const { response, stream, show } = await begin({ stillOpen: () => !isRevoked });
    isRevoked = true;
    show(shipped);
    expect(response.events.at(-1)).toBe('end');
    expect(stream.hasEnded).toBe(true);
    expect(response.ids).toEqual(all(placed));
    const stranger = await begin({ scope: { everything: false, customerId: 'bob' } });
    expect(stranger.viewer.maySee(placed)).toBe(false);
    stranger.show(shipped);
    expect(stranger.stream.hasEnded).toBe(true);
  });

  it('may be shown the order in another way: some events as their place alone, and the state anew with every change', async () => {
    const view: OrderView = {
      name: 'short',
      state: ({ status }) => ({ status }),
      entry: (entry) => ('type' in entry && entry.type === 'shipped' ? { parcel: true } : undefined),
      repeatsState: true,
    };
    const { response, show } = await begin({ view });
    expect(response.events).toEqual(['state', ...placed.history.map(() => 'hidden')]);
    show(shipped);
    expect(response.text).toContain('event: shipped\ndata: {"parcel":true}');
    expect(response.events.at(-1)).toBe('state');
    expect(response.text).toMatch(/data: \{"status":"partially_shipped"\}\n\n$/u);
  });

  it('hurts nobody else when it cannot be shown', async () => {
    let fails = false;
    const view: OrderView = {
      ...TIMELINE_VIEW,
      entry: (entry) => {
        if (fails) throw new Error('a fault of the view');
        return entry;
      },
    };
    const { response, show } = await begin({ view });
    fails = true;
    show(shipped);
    expect(response.events.at(-1)).toBe('reconnect');
  });
});
