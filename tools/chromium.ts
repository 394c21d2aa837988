import sparticuz from '@sparticuz/chromium';
import { type Browser, chromium } from 'playwright-core';

/**
 * What this build asks for, and we do without: in a single process, the first page that closes takes
 * all with it; without a zygote, and with pictures drawn as by a graphics card, each page costs more.
 */
const unwanted = new Set([
  '--single-process',
  '--no-zygote',
  '--in-process-gpu',
  '--ignore-gpu-blocklist',
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
]);

/** The real Chromium that npm brings, for tests and for the pictures of the documentation. */
export async function launchChromium(): Promise<Browser> {
  const args = sparticuz.args.filter((arg) => !unwanted.has(arg));
  return chromium.launch({
    executablePath: await sparticuz.executablePath(),
    args: [...args, '--no-sandbox', '--disable-gpu'],
  });
}
