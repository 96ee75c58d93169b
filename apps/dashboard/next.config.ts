/**
 * The pages are built once and served behind the API, which is the front door (docs/adr/0001): no rewrites here, and
 * no address of the API either. Types are checked by the project's own typecheck target, with the workspace's
 * TypeScript, so the build does not check them a second time.
 */
import { fileURLToPath } from 'node:url';
import type { NextConfig } from 'next';

const workspace = fileURLToPath(new URL('../..', import.meta.url));

const config: NextConfig = {
  transpilePackages: ['@plumage/api-client', '@plumage/charts', '@plumage/contract'],
  turbopack: { root: workspace },
  outputFileTracingRoot: workspace,
  poweredByHeader: false,
  reactStrictMode: true,
  typescript: { ignoreBuildErrors: true },
  devIndicators: false,
};

export default config;
