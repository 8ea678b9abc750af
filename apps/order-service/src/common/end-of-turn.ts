let turn: Promise<void> | undefined;

/**
 * Resolves when the event loop is done with the events that it has at hand: for all who wait one right after another, so that what they
 * then send over one connection goes out in one write.
 */
export async function endOfTurn(): Promise<void> {
  turn ??= new Promise((resolve) => {
    setImmediate(() => {
      turn = undefined;
      resolve();
    });
  });
  return turn;
}
