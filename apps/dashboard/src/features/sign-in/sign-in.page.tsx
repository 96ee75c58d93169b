'use client';
/**
 * Sign in by a link or by a key. A link carries its token behind the #, which browsers send to no server; the page
 * takes it from the address at once, so that it stays in no history.
 */
import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useCallback, useEffect, useState } from 'react';
import { Feather } from '../../design/icon.tsx';
import { Problem } from '../../design/notice.tsx';
import { returnPath } from '../../graph/session.ts';
import { sayRefusal, tokenIn, tokenOfAddress } from './sign-in.token.ts';
import styles from './sign-in.module.css';

/** Resolves to what went wrong, or to null when the session stands. */
const signIn = async (token: string): Promise<string | null> => {
  try {
    const response = await fetch('/auth/sign-in', {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    });
    if (response.ok) return null;
    return sayRefusal(response.status);
  } catch {
    return 'The server does not answer. Is it still running?';
  }
};

export const SignInPage = () => {
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  const enter = useCallback(async (token: string): Promise<void> => {
    setBusy(true);
    setProblem(null);
    const refused = await signIn(token);
    if (refused === null) {
      window.location.replace(returnPath(new URLSearchParams(window.location.search).get('next')));
      return;
    }
    setProblem(refused);
    setBusy(false);
  }, []);

  useEffect(() => {
    const token = tokenOfAddress(window.location.href);
    if (token === null) return;
    window.history.replaceState(null, '', '/sign-in');
    void enter(token);
  }, [enter]);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const token = tokenIn(text);
    if (token === null) setProblem('Paste a key (plu_user_…) or the whole sign-in link.');
    else void enter(token);
  };

  return (
    <div className={styles.page}>
      <form className={styles.form} onSubmit={submit}>
        <div className={styles.brand}>
          <Feather /> Plumage
        </div>
        <h1 className={styles.title}>Sign in</h1>
        <p className={styles.words}>
          Paste the sign-in link that the server printed when it started, or a user key.
        </p>
        <TextInput
          label="Link or key"
          size="sm"
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <div className={styles.problem}>{problem !== null && <Problem>{problem}</Problem>}</div>
        <Button type="submit" variant="filled" size="sm" fullWidth loading={busy}>
          Sign in
        </Button>
        <p className={styles.words}>
          No link at hand? Stop the server and run <code>npm start</code> again: it prints a new one.
        </p>
      </form>
    </div>
  );
};
