import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { admins, breakGlass } from '../local/sample-day/people.ts';
import { expectUsable, phone, tabTo } from './night/browser.ts';
import { glasswatch } from './night/cli.ts';
import { type Ears, earsOf } from './night/ears.ts';
import { type Night, openNight } from './night/night.ts';
import { consoleUrl } from './night/policy.ts';
import { linksIn, scan } from './night/scanner.ts';
import { type Stored, storedOf } from './night/stored.ts';
import { until } from './night/until.ts';

const [glass, otherGlass] = breakGlass;
const { ines, ben } = admins;

let night: Night;
beforeAll(async () => {
  night = await openNight();
});
afterAll(() => night?.close());

/** The incident, as those see it who answer it, who listen, and who look into the storage. */
type Trouble = { id: string; page: string; ears: Ears; stored: Stored };

test('a break-glass account is used: all are told, two people answer, and what they did is proven', async () => {
  const trouble = await someoneSignsIn();
  await nobodyAnswers(trouble);
  await programsOpenEveryLink(trouble);
  await inesTakesIt(trouble);
  await theEscalationStops(trouble);
  await theAccountGoesOn(trouble);
  await benTakesItByLink(trouble);
  await whoMayNotIsRefused(trouble);
  await inesClosesIt(trouble);
  await theEvidenceHolds(trouble);
  await aDrillIsAsLoud();
}, 90_000);

async function someoneSignsIn(): Promise<Trouble> {
  const { webhook, storage } = night.stack;
  await night.log.signsIn(glass);
  await until(() => webhook.hooks().length, 1);
  const id = webhook.hooks()[0]?.body.data.incident ?? '';
  const ears = earsOf(night.stack, id);
  const counts = { cards: 1, mails: 1, personal: 1, pager: 1, hooks: 1 };
  await ears.heard({ kind: 'new', pager: 'triggered', counts });
  const stored = storedOf(storage.connectionString, id);
  await stored.settled();
  return { id, page: `${night.httpUrl}/incidents/${id}`, ears, stored };
}

async function nobodyAnswers({ ears, stored }: Trouble) {
  await stored.letPass(6);
  await night.escalate();
  const counts = { cards: 2, mails: 2, personal: 2, pager: 2, hooks: 1 };
  await ears.heard({ kind: 'escalation', pager: 'triggered', counts });
  await stored.settled();
}

async function programsOpenEveryLink({ id, ears, stored }: Trouble) {
  const sent = {
    cards: ears.cards().map(({ card }) => card.actions),
    html: ears.mails().map(({ html }) => html),
    text: ears.mails().map(({ text }) => text),
    personal: ears.personal().map(({ html, text }) => [html, text]),
    pager: ears.alert()?.events.map(({ event }) => event),
    hooks: ears.hooks().map(({ body }) => body),
  };
  const links = new Set<string>();
  for (const [where, messages] of Object.entries(sent)) {
    const found = linksIn(messages);
    expect([where, found.length > 0]).toEqual([where, true]);
    for (const link of found) links.add(link);
  }
  expect([...links].filter((link) => !link.startsWith(`${consoleUrl}/`))).toEqual([]);
  // The page, and a link of Ben's own in each of his two mails.
  expect(links.size).toBe(3);
  const personal = ears.personalLink();
  expect(links).toContain(personal);

  // What the timer still has to note, it notes now and not in the middle.
  await night.escalate();
  const [before, heard] = [await stored.all(), ears.counts()];
  const asNobody = await scan([...links], night.httpUrl, '');
  const asInes = await scan([...links], night.httpUrl, await night.cookieOf(ines));
  expect(asNobody).toContain(`/.auth/login/aad?post_login_redirect_uri=%2Fincidents%2F${id}`);
  expect(asInes).toEqual(expect.arrayContaining(['/drills', '/silences', '/channels']));
  expect(asInes).toContain(`/incidents/${id}/acknowledge`);
  expect(await stored.all()).toEqual(before);
  expect(ears.counts()).toEqual(heard);

  const page = await night.visit(night.here(personal));
  await expectUsable(page);
  expect(await page.getByRole('button', { name: 'I have it' }).count()).toBe(1);
}

async function inesTakesIt({ page, ears, stored }: Trouble) {
  const bens = await night.visit(page, ben);
  await expectUsable(bens);

  const [link = ''] = linksIn(ears.mails().at(-1)?.text);
  const hers = await night.visit(night.here(link), undefined, phone);
  await tabTo(hers, 'button', /^Ines Moreau/);
  await hers.keyboard.press('Enter');
  await tabTo(hers, 'radio', /^A drill/);
  await hers.keyboard.press('Space');
  await hers.keyboard.press('ArrowDown');
  await tabTo(hers, 'textbox', 'In a few words');
  await hers.keyboard.type('Conditional Access locks us out');
  await tabTo(hers, 'button', 'I have it');
  await hers.keyboard.press('Enter');
  expect(await hers.getByRole('status').textContent()).toContain('You have it.');
  expect((await stored.incident()).response.acknowledgement).toMatchObject({
    by: { id: 'ines', identifiedBy: 'sign-in' },
    claim: 'emergency',
  });
  const counts = { cards: 3, mails: 3, personal: 2, pager: 3, hooks: 2 };
  await ears.heard({ kind: 'acknowledged', pager: 'acknowledged', counts });

  // His page is of before.
  await bens.getByLabel('Misuse').check();
  await bens.getByLabel('In a few words').fill('nobody should use it');
  const answer = bens.waitForResponse((one) => one.request().method() === 'POST');
  await bens.getByRole('button', { name: 'I have it' }).click();
  expect((await answer).status()).toBe(409);
  expect(await bens.getByRole('alert').textContent()).toMatch(
    /^Ines Moreau has it since .* UTC: emergency, Conditional Access locks us out$/,
  );
  await bens.goto(page);
  const who = bens.getByRole('region', { name: 'Who has it' });
  expect(await who.textContent()).toContain('Ines Moreau has it since');
  await stored.settled();
}

async function theEscalationStops({ ears, stored }: Trouble) {
  const before = [await stored.deliveries(), ears.counts()];
  await stored.letPass(20);
  await night.escalate();
  expect([await stored.deliveries(), ears.counts()]).toEqual(before);
}

async function theAccountGoesOn({ ears }: Trouble) {
  await night.log.changesPolicy(glass);
  // PagerDuty takes an alert up again only once it was resolved.
  const counts = { cards: 4, mails: 4, personal: 3, pager: 5, hooks: 3 };
  await ears.heard({ kind: 'lapsed', pager: 'triggered', counts });
  expect(ears.alert()?.pages).toBe(2);
}

async function benTakesItByLink({ ears, stored }: Trouble) {
  const his = await night.visit(night.here(ears.personalLink()), undefined, phone);
  await his.getByLabel('Not known yet').check();
  await his.getByLabel('In a few words').fill('calling the custodians');
  const sent = his.waitForRequest((one) => one.method() === 'POST');
  await his.getByRole('button', { name: 'I have it' }).click();
  expect(await his.getByRole('status').textContent()).toContain('You have it.');
  const form = await sent;
  expect(await night.post(form.url(), form.postData() ?? '')).toBe(410);
  expect((await stored.incident()).response.acknowledgement?.by).toMatchObject({
    id: 'ben',
    identifiedBy: 'link',
  });
  const counts = { cards: 5, mails: 5, personal: 3, pager: 6, hooks: 4 };
  await ears.heard({ kind: 'acknowledged', pager: 'acknowledged', counts });
}

async function whoMayNotIsRefused({ page, stored }: Trouble) {
  const bens = await night.visit(page, ben);
  const close = bens.getByRole('region', { name: 'Close it' });
  expect(await close.textContent()).toContain('You acknowledged it, so you can not close it.');
  expect(await close.getByRole('button').count()).toBe(0);
  // Good for any form of this incident, and of him.
  const form = await bens.locator('input[name="form"]').first().inputValue();
  const { response, revision } = await stored.incident();
  const seen = { period: `${response.period}`, revision: `${revision}` };
  const verdict = { verdict: 'expected', rotated: 'yes', reason: 'by myself' };
  expect(await night.post(`${page}/close`, { form, ...seen, ...verdict }, ben)).toBe(409);

  const theirs = await night.visit(page, glass);
  expect(await theirs.locator('h1').textContent()).toBe('You may not do this');
  expect(await theirs.locator('body').textContent()).not.toContain('Conditional Access');
  const claim = { form, ...seen, claim: 'drill', reason: 'all is well' };
  expect(await night.post(`${page}/acknowledge`, claim, glass)).toBe(403);
  expect(await stored.refusals()).toEqual([
    'ben acknowledge',
    'ben close',
    `${glass.id} read`,
    `${glass.id} acknowledge`,
  ]);
}

async function inesClosesIt({ page, ears, stored }: Trouble) {
  const hers = await night.visit(page, ines, phone);
  await hers.getByText('It is over: close it').click();
  await hers.getByLabel('Expected').check();
  await hers.getByLabel('Yes, it was replaced').check();
  await hers.getByLabel('What did you find').fill('a policy locked us out');
  await hers.getByRole('button', { name: 'Close it' }).click();
  expect(await hers.getByRole('status').textContent()).toContain('It is closed.');
  expect(await stored.incident()).toMatchObject({
    status: 'resolved',
    response: { resolution: { by: { id: 'ines' }, verdict: 'expected' } },
  });
  const counts = { cards: 6, mails: 6, personal: 3, pager: 7, hooks: 5 };
  await ears.heard({ kind: 'closed', pager: 'resolved', counts });
  await stored.settled();
  await expectUsable(await night.visit(page, ines));
}

async function theEvidenceHolds({ id }: Trouble) {
  const bundle = join(night.folder, 'evidence');
  const to = ['--settings', night.settings, '--out', bundle];
  const exported = await glasswatch('evidence', 'export', id, ...to);
  expect(exported).toMatchObject({ exit: 0, stderr: '' });
  const head = /head of the ledger +(\d+:[0-9a-f]{64})/.exec(exported.stdout)?.[1] ?? '';

  const verified = await glasswatch('evidence', 'verify', bundle, '--head', head);
  expect(verified).toMatchObject({ exit: 0, stderr: '' });
  expect(verified.stdout).toContain(`the head ${head}, which you named`);
  expect(verified.stdout).toContain('Whole: nothing is at fault.');

  const file = join(bundle, 'journal.ndjson');
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace('Ines', 'Inez'));
  const forged = await glasswatch('evidence', 'verify', bundle, '--head', head);
  expect(forged.exit).toBe(1);
  expect(forged.stderr).toContain('journal.ndjson');
}

async function aDrillIsAsLoud() {
  const { webhook } = night.stack;
  const account = ['--account', otherGlass.upn, '--reason', 'Quarterly drill'];
  const files = ['--policy', night.policyFile, '--settings', night.settings];
  const started = await glasswatch('drill', 'start', ...account, '--by', 'Noor', ...files);
  expect(started).toMatchObject({ exit: 0, stderr: '' });
  const drill = /^Drill (\S+)/.exec(started.stdout)?.[1] ?? '';

  // Who hears of the account is warned before it.
  await night.escalate();
  const title = `Drill of ${otherGlass.upn} declared by Noor: `;
  const isWarned = () => webhook.hooks().some(({ body }) => body.data.title.startsWith(title));
  await until(isWarned, true);

  // So long after a use the service goes by the drills that it knew then; logs are slower.
  await until(() => Date.now() - night.log.sentAt() > 5_000, true);

  const before = webhook.hooks().length;
  await night.log.signsIn(otherGlass);
  await until(() => webhook.hooks().length, before + 1);
  const ears = earsOf(night.stack, webhook.hooks().at(-1)?.body.data.incident ?? '');
  const counts = { cards: 1, mails: 1, personal: 1, pager: 1, hooks: 1 };
  await ears.heard({ kind: 'new', pager: 'triggered', counts });
  const marked = [
    JSON.stringify(ears.cards()),
    ...[...ears.mails(), ...ears.personal()].map(({ from, text }) => from + text),
    JSON.stringify(ears.alert()?.events),
  ];
  for (const text of marked) {
    expect(text).toContain('CRITICAL · DRILL');
    expect(text).toContain('DRILL, declared by Noor');
  }
  expect(ears.hooks()[0]?.body.data).toMatchObject({ isDrill: true, kind: 'new' });

  await night.escalate();
  const hers = await night.visit(`${night.httpUrl}/drills`, ines);
  await expectUsable(hers);
  await hers.goto(`${night.httpUrl}/drills/${drill}`);
  await expectUsable(hers);
  expect(await hers.locator('.marks').textContent()).toContain('Seen');
  for (const channel of ['soc-teams', 'soc-mail', 'soc-pager', 'soc-hook']) {
    expect(await hers.getByRole('row', { name: `Alert on ${channel}` }).textContent()).toContain(
      '+',
    );
  }
}
