import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { problemIn, type Api, type Problem } from './api.js';
import type { Command } from './command-keys.js';
import { Fault } from './intent.js';
import type { Order } from './model.js';
import { ProblemNotice } from './problem-notice.js';

export interface CommandDialogProps {
  api: Api;
  order: Order;
  title: string;
  /** What pressing it does. */
  submit: string;
  isDangerous?: boolean;
  /** @throws Fault where something is missing */
  command: () => Command;
  onDone: (order: Order, message: string) => void;
  /** The order is not what it was taken for. */
  onStale: () => void;
  onClose: () => void;
  children: ComponentChildren;
}

/** Asks for what a command needs, and once more whether it is meant; shows what came of it. */
export function CommandDialog(props: CommandDialogProps) {
  const { api, order, title, submit, isDangerous, children } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  // The change is made to what was on the screen when the dialog opened, or after it was told that this is no longer so.
  const [version, setVersion] = useState<number | undefined>(order.version);
  const [isRunning, setRunning] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  useEffect(() => dialog.current?.showModal(), []);

  const run = async (): Promise<void> => {
    setRunning(true);
    setProblem(undefined);
    try {
      const answer = await api.run(props.command(), version ?? order.version);
      props.onDone(answer.order, answer.wasReplayed ? `${title}: this had been done already` : `${title}: done`);
    } catch (error) {
      const failed = error instanceof Fault ? { status: 0, title: error.message } : problemIn(error);
      setProblem(failed);
      setRunning(false);
      if (failed.status !== 412 && failed.status !== 409) return;
      setVersion(undefined);
      props.onStale();
    }
  };
  return (
    <dialog ref={dialog} class="command card" aria-labelledby="command-title" onClose={props.onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!isRunning) void run();
        }}
      >
        <h2 id="command-title">{title}</h2>
        {children}
        {problem && <ProblemNotice problem={problem}>{hintOf(problem)}</ProblemNotice>}
        <div class="buttons">
          <button type="button" onClick={() => dialog.current?.close()}>
            Back
          </button>
          <button type="submit" class={isDangerous ? 'danger' : 'primary'} disabled={isRunning}>
            {isRunning ? 'Working …' : submit}
          </button>
        </div>
      </form>
    </dialog>
  );
}

function hintOf({ status, code, title }: Problem) {
  if (status >= 500 || (status === 0 && title === 'The service does not answer')) {
    return <p>It may have been done or not. Press again: it is done once, however often you ask.</p>;
  }
  if (status === 412)
    return <p>The order has changed since you opened this. Look at it, and press again if you still mean it.</p>;
  if (code === 'idempotency_in_progress')
    return <p>Your first request is still being worked on. Press again in a moment.</p>;
  return null;
}
