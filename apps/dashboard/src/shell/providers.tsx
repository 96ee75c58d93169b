'use client';
/** What every page stands in: the theme, the client of the graph, and the frame with its navigation. */
import { MantineProvider } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Provider as GraphProvider } from 'urql';
import { theme } from '../design/theme.ts';
import { makeClient } from '../graph/client.ts';
import { Frame } from './frame.tsx';

export const Providers = ({ nonce, children }: { readonly nonce: string; readonly children: ReactNode }) => {
  const [client] = useState(makeClient);
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={() => nonce}>
      <GraphProvider value={client}>
        <Frame>{children}</Frame>
      </GraphProvider>
    </MantineProvider>
  );
};
