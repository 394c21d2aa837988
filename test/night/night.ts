import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { signInAs } from '../../local/easy-auth.ts';
import { sampleSnapshot } from '../../local/sample-day/directory.ts';
import { responders } from '../../local/sample-day/responders.ts';
import { startStack } from '../../local/stack.ts';
import { openBrowser } from './browser.ts';
import { consoleUrl, nightFolder } from './policy.ts';
import { logOf } from './records.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

type Who = { upn: string };
export type Night = Awaited<ReturnType<typeof openNight>>;

/** The whole service on this machine, a browser, and a folder for what the night leaves behind. */
export async function openNight() {
  // The stack runs the bundle that a deployment would carry.
  execFileSync(process.execPath, ['tools/build.ts'], { cwd: root });
  const { folder, policyFile } = nightFolder();
  const snapshot = sampleSnapshot(new Date());
  const stack = await startStack({ policyFile, snapshot, people: responders });
  const browser = await openBrowser().catch(async (error) => {
    await stack.stop();
    throw error;
  });
  const { httpUrl, runTimer } = stack.functions;
  const settings = join(folder, 'local.settings.json');
  const Values = { GLASSWATCH_STORAGE: stack.storage.connectionString };
  writeFileSync(settings, JSON.stringify({ Values }));

  return {
    stack,
    httpUrl,
    folder,
    policyFile,
    /** Where the command line finds the storage. */
    settings,
    log: logOf(stack),
    escalate: () => runTimer('escalate'),
    cookieOf: ({ upn }: Who) => signInAs(httpUrl, upn),

    /** Where a link leads to: the front door is on this machine. */
    here: (link: string) => link.replace(consoleUrl, httpUrl),

    /** A browser of its own. @param as - who has signed in there; left out: nobody. */
    async visit(url: string, as?: Who, look: BrowserContextOptions = {}): Promise<Page> {
      const context = await browser.newContext(look);
      const [name, value] = as ? (await signInAs(httpUrl, as.upn)).split('=') : [];
      if (name && value) await context.addCookies([{ name, value, url: httpUrl }]);
      const page = await context.newPage();
      await page.goto(url);
      return page;
    },

    /** Sends a form past the page that would not offer it. @returns the status. */
    async post(url: string, fields: string | Record<string, string>, as?: Who): Promise<number> {
      const headers = { origin: httpUrl, ...(as && { cookie: await signInAs(httpUrl, as.upn) }) };
      const body = new URLSearchParams(fields);
      return (await fetch(url, { method: 'POST', headers, body })).status;
    },

    async close(): Promise<void> {
      await Promise.all([browser.close(), stack.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
