import { useState } from 'preact/hooks';
import { Board } from './board.js';
import { storedSession, storeSession, type Session } from './session.js';
import { SignIn } from './sign-in.js';

/** Nobody is signed in, or somebody is and sees the board. */
export function App() {
  const [session, setSession] = useState(storedSession);
  const [message, setMessage] = useState('');

  const signIn = (next: Session): void => {
    storeSession(next);
    setMessage('');
    setSession(next);
  };
  const signOut = (reason: string): void => {
    storeSession(undefined);
    setMessage(reason);
    setSession(undefined);
  };
  if (!session) return <SignIn message={message} onSession={signIn} />;
  return <Board key={session.token} session={session} onSignedOut={signOut} />;
}
