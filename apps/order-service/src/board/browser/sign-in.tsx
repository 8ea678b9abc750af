import { useEffect, useRef, useState } from 'preact/hooks';
import { readToken, type Session } from './session.js';

export function SignIn(props: { message: string; onSession: (session: Session) => void }) {
  const [text, setText] = useState('');
  const [fault, setFault] = useState(props.message);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    document.title = 'Order operations';
    field.current?.focus();
  }, []);

  const submit = (event: Event): void => {
    event.preventDefault();
    const reading = readToken(text);
    if ('session' in reading) return props.onSession(reading.session);
    setFault(reading.fault);
    field.current?.focus();
  };
  return (
    <main class="sign-in card">
      <h1>Order operations</h1>
      <p class="soft">For support, admins and vendors. The token stays in this tab and is gone when you close it.</p>
      <form onSubmit={submit}>
        <label for="token">Access token</label>
        <textarea
          id="token"
          ref={field}
          rows={4}
          value={text}
          autocomplete="off"
          spellcheck={false}
          aria-invalid={fault !== ''}
          aria-describedby="token-fault"
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            // A token has no line breaks, so Enter does what it does in any one-line field.
            if (event.key === 'Enter') submit(event);
          }}
        />
        <p id="token-fault" role="alert" class={fault === '' ? 'unseen' : 'notice bad'}>
          {fault}
        </p>
        <button type="submit" class="primary">
          Sign in
        </button>
      </form>
    </main>
  );
}
