/**
 * vitest globalSetup for tests of WebGPU on a machine without a GPU: SwiftShader, the software Vulkan driver, and the
 * Vulkan loader come inside the npm package of the tests' browser. The test processes, which start after this, find
 * them through the environment. A machine with a GPU keeps its own driver; so does one that names a driver itself.
 */
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

export default async function setup(): Promise<void> {
  const { VK_ICD_FILENAMES: named, LD_LIBRARY_PATH: libraries } = process.env;
  const packaged = process.platform === 'linux' && process.arch === 'x64';
  if (!packaged || named !== undefined || existsSync('/dev/dri')) return;
  const { default: chromium } = await import('@sparticuz/chromium');
  await chromium.executablePath();
  process.env.VK_ICD_FILENAMES = join(tmpdir(), 'vk_swiftshader_icd.json');
  process.env.LD_LIBRARY_PATH = [tmpdir(), libraries].filter(Boolean).join(delimiter);
}
