import { useEffect, useState } from 'preact/hooks';

/** State that changes as a whole and tells whoever shows it. */
export class Store<State extends object> {
  readonly #listeners = new Set<() => void>();

  constructor(public state: State) {}

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  protected change(change: Partial<State>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.#listeners) listener();
  }
}

/** The state of a store; whatever uses it is drawn again when it changes. */
export function useStore<State extends object>(store: Store<State>): State {
  const [, draw] = useState(store.state);
  useEffect(() => {
    // What has changed before anybody listened is shown now.
    draw(store.state);
    return store.subscribe(() => draw(store.state));
  }, [store]);
  return store.state;
}
