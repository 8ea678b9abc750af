/** Notes how long a part of the work took, in milliseconds. */
export type NoteStep = (name: string, ms: number) => void;

/** A kind of work, done by several clients at once. */
export interface Work {
  /** What a client needs before it goes on; not measured. */
  ready?(client: number): Promise<void>;
  /**
   * @returns what is counted, in milliseconds each, where that is not one piece that took from its beginning to its end
   * @throws Error named by its message in the report when it did not come to the end that it should
   */
  once(client: number, note: NoteStep): Promise<void | readonly number[]>;
  close(): Promise<void>;
}

export async function timed<T>(note: NoteStep, name: string, task: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  const result = await task();
  note(name, performance.now() - startedAt);
  return result;
}
