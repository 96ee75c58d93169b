'use client';
/** How to start an agent, here or on another box, with the address that this page was opened at. */
import Link from 'next/link';
import { useSyncExternalStore } from 'react';
import { agentCommand } from './agent-command.ts';
import { CommandLine } from './command-line.tsx';

const noSubscription = (): (() => void) => () => {};

/** This page's origin; a stand-in while the server renders. */
export const useOrigin = (): string =>
  useSyncExternalStore(
    noSubscription,
    () => window.location.origin,
    () => 'http://localhost:4600',
  );

export const StartAgent = ({ agentKey }: { readonly agentKey?: string }) => {
  const origin = useOrigin();
  return (
    <>
      <p>
        On any box with a clone of Plumage
        {agentKey === undefined && (
          <>
            {' '}
            and an agent key from <Link href="/settings">Settings</Link>
          </>
        )}
        :
      </p>
      <CommandLine command={agentCommand(origin, agentKey)} label="Command that starts an agent" />
    </>
  );
};
