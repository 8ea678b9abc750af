/** For each state the states that may follow it. A state with an empty list is final. */
export type TransitionTable<State extends string> = Readonly<Record<State, readonly State[]>>;

/** A move that the transition table does not hold. */
export class IllegalTransitionError<State extends string = string> extends Error {
  override readonly name = 'IllegalTransitionError';

  constructor(
    readonly machine: string,
    readonly from: State,
    readonly to: State,
    readonly allowed: readonly State[],
  ) {
    super(`${machine} cannot go from ${from} to ${to}`);
  }
}

/** A named transition table: the one place that says which moves exist. */
export class StateMachine<State extends string> {
  constructor(
    readonly name: string,
    readonly initial: State,
    readonly transitions: TransitionTable<State>,
  ) {}

  get states(): State[] {
    return Object.keys(this.transitions) as State[];
  }

  allowedFrom(from: State): readonly State[] {
    return this.transitions[from];
  }

  allows(from: State, to: State): boolean {
    return this.transitions[from].includes(to);
  }

  /** Answers `to`, or refuses with {@link IllegalTransitionError}. */
  move(from: State, to: State): State {
    if (!this.allows(from, to)) throw new IllegalTransitionError(this.name, from, to, this.allowedFrom(from));
    return to;
  }

  /** Every state that can be reached from the initial one. */
  reachable(): Set<State> {
    const seen = new Set<State>([this.initial]);
    for (const state of seen) for (const next of this.transitions[state]) seen.add(next);
    return seen;
  }
}
