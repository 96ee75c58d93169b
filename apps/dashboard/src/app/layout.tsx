import '@mantine/core/styles.css';
import 'uplot/dist/uPlot.min.css';
import '../design/tokens.css';
import '../design/elements.css';
import '../design/chart.css';
import { ColorSchemeScript, mantineHtmlProps } from '@mantine/core';
import type { Metadata, Viewport } from 'next';
import { headers } from 'next/headers';
import type { ReactNode } from 'react';
import { Providers } from '../shell/providers.tsx';

export const metadata: Metadata = {
  title: { default: 'Plumage', template: '%s · Plumage' },
  description: 'Experiment tracking for text-to-image GANs',
};

export const viewport: Viewport = { width: 'device-width', initialScale: 1, colorScheme: 'light dark' };

/** Reading the nonce makes every page render per request, which a nonce needs. */
export default async function RootLayout({ children }: { children: ReactNode }) {
  const nonce = (await headers()).get('x-nonce') ?? '';
  return (
    <html lang="en" {...mantineHtmlProps}>
      <head>
        <ColorSchemeScript nonce={nonce} defaultColorScheme="auto" />
      </head>
      <body>
        <Providers nonce={nonce}>{children}</Providers>
      </body>
    </html>
  );
}
