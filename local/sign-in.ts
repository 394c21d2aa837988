/**
 * `npm run sign-in -- UPN`: an account of the sample tenant signs in, now, while `npm start` runs. To see
 * a drill come true, or the alarm of a break-glass account.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { play } from './play.ts';
import { apps } from './sample-day/apps.ts';
import { envelopeOf } from './sample-day/envelopes.ts';
import { admins, breakGlass, brokenGlass } from './sample-day/people.ts';
import { diceOf } from './sample-day/records.ts';
import { signIn } from './sample-day/sign-ins.ts';
import { hubName } from './stack.ts';

const settings = fileURLToPath(new URL('../.glasswatch/local.settings.json', import.meta.url));
const accounts = [...breakGlass, brokenGlass, ...Object.values(admins)];

try {
  const [upn] = process.argv.slice(2);
  const who = accounts.find((one) => one.upn === upn);
  if (!who) {
    const allowed = accounts.map((one) => `  ${one.upn}`).join('\n');
    throw new Error(`name one of these accounts: npm run sign-in -- UPN\n${allowed}`);
  }
  const read = await readFile(settings, 'utf8').catch(() => {
    throw new Error('run `npm start` first, and let it run');
  });
  const { ENTRA_LOGS: connection } = JSON.parse(read).Values;
  const at = Date.now();
  const dice = diceOf(String(at));
  const record = signIn(dice, { who, app: apps.portal, ip: '203.0.113.9', factors: 'passkey', at });
  const { body } = envelopeOf('a sign-in', [record]);
  await play(connection, hubName, [body]);
  process.stdout.write(
    `${who.upn} signed in from 203.0.113.9. Look at the sinks and the console.\n`,
  );
} catch (error) {
  process.stderr.write(`glasswatch: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
