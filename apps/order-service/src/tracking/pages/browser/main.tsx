import { hydrate, render } from 'preact';
import { EventStream, type StreamState } from '../../../web/browser/event-stream.js';
import type { TrackingSnapshot } from './snapshot.js';
import { SNAPSHOT_ID, TrackedOrder, type TrackedOrderProps } from './tracked-order.js';
import { newsOf } from './news.js';

const STREAM_PATH = `${location.pathname.replace(/\/+$/u, '')}/events`;

/** Keeps the page that the server has made as it is up to date, for as long as the link is good. */
class LivePage {
  #props: TrackedOrderProps;
  readonly #stream: EventStream;

  constructor(
    private readonly root: Element,
    snapshot: TrackingSnapshot,
  ) {
    this.#props = { snapshot };
    hydrate(<TrackedOrder {...this.#props} />, root);
    this.#stream = new EventStream({
      url: STREAM_PATH,
      onEvent: ({ type, data }) => {
        if (type === 'state') this.#take(JSON.parse(data) as TrackingSnapshot);
      },
      onState: (state) => this.#tell(state),
    });
  }

  run(): void {
    this.#show({ isLocal: true });
    void this.#stream.run();
    addEventListener('online', () => this.#stream.wake());
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') this.#stream.wake();
    });
  }

  #take(snapshot: TrackingSnapshot): void {
    const news = newsOf(this.#props.snapshot, snapshot);
    this.#show({ snapshot, ...(news === undefined ? {} : { news }) });
    document.documentElement.dataset['status'] = snapshot.status;
    document.title = `${snapshot.statusText} · Order ${snapshot.number}`;
  }

  #tell(state: StreamState): void {
    // The link is no longer good: the server has the words for it.
    if (state.name === 'refused' || state.name === 'ended') return location.reload();
    if (state.name !== 'connecting') this.#show({ connection: state.name });
  }

  #show(changed: Partial<TrackedOrderProps>): void {
    this.#props = { ...this.#props, ...changed };
    render(<TrackedOrder {...this.#props} />, this.root);
  }
}

const root = document.querySelector('#app');
const text = document.querySelector(`#${SNAPSHOT_ID}`)?.textContent;
if (root && text) new LivePage(root, JSON.parse(text) as TrackingSnapshot).run();
