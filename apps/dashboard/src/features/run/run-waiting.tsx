'use client';
import { useEffect, useState } from 'react';
import { Notice } from '../../design/notice.tsx';
import type { Run } from './run.page.tsx';
import { sayWaiting } from './waiting-words.ts';

/** Counts down to the next try of a run that failed; nothing for any other run. */
export const RunWaiting = ({ run }: { readonly run: Run }) => {
  const [now, setNow] = useState(() => Date.now());
  const waits = run.state === 'QUEUED' && run.notBefore !== null;
  useEffect(() => {
    if (!waits) return undefined;
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [waits]);
  const said = sayWaiting(run, Math.max(now, Date.parse(run.updatedAt)));
  return said === null ? null : <Notice>{said}</Notice>;
};
