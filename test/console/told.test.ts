import { expect, test } from 'vitest';
import { breakable } from '../../shared/console/fit.ts';
import { messagesOf, toldWords } from '../../shared/console/told.ts';
import { type Delivery, type DeliveryOptions, newDelivery } from '../../shared/record/outbox.ts';
import type { Act } from '../../shared/respond/journal.ts';
import { isoOf, minuteMs } from '../../shared/time.ts';
import { sampleIncident } from '../tell/sample-alerts.ts';
import { fieldsIn, incidentId, night, openScene, type Scene } from './scene.ts';

const page = `/incidents/${incidentId}`;

function delivery(
  channel: string,
  given: Partial<Delivery> = {},
  options: DeliveryOptions = {},
): Delivery {
  const one = newDelivery(sampleIncident(), channel, given.kind ?? 'new', night, options);
  return { ...one, state: 'sent', sentAt: isoOf(night + minuteMs), ...given };
}

test('a message on many channels is told in one line, those alone and those that failed by name', () => {
  const waiting = { state: 'pending', sentAt: null } as const;
  const { text, trouble } = toldWords([
    delivery('soc-mail'),
    delivery('soc-teams'),
    delivery('soc-mail', {}, { person: 'ines' }),
    delivery('soc-mail', {}, { person: 'ben' }),
    delivery('soc-hook', waiting),
    delivery('soc-pager', { ...waiting, lastError: '502 Bad Gateway' }),
    delivery('soc-chat', { state: 'dead', sentAt: null, lastError: '400 no such team' }),
    delivery('soc-sms', { state: 'folded', sentAt: null, lastError: '502 Bad Gateway' }),
    delivery('spare', {}, { insteadOf: 'soc-pager' }),
  ]);
  expect(text).toBe(
    'soc-mail, soc-teams, spare instead of soc-pager (sent); ines, ben alone by soc-mail (sent); soc-hook (waiting); soc-sms (told with others)',
  );
  expect(trouble).toBe(
    'soc-pager: waiting, it answered 502 Bad Gateway; soc-chat: given up, it answered 400 no such team',
  );
});

test('each revision and each kind is a message, at the time that the first channel took it', () => {
  const later = delivery('soc-teams', { sentAt: isoOf(night + 2 * minuteMs) });
  const messages = messagesOf([
    later,
    delivery('soc-mail'),
    delivery('soc-hook', { state: 'pending', sentAt: null }),
    { ...delivery('soc-mail'), revision: 2, kind: 'update' },
    { ...delivery('soc-mail'), revision: 2, kind: 'escalation' },
  ]);
  expect(messages.map(({ at, kind, deliveries }) => [at, kind, deliveries.length])).toEqual([
    [isoOf(night + minuteMs), 'new', 3],
    [isoOf(night + minuteMs), 'update', 1],
    [isoOf(night + minuteMs), 'escalation', 1],
  ]);
});

test('what people did stands out in the timeline, and what they were told does not', async () => {
  const scene = await openScene();
  const { form = '', ...fields } = await formOf(scene);
  const given = { claim: 'emergency', reason: 'CA lock-out' };
  await scene.post(`${page}/acknowledge`, { form, ...fields, ...given });
  await scene.post(`${page}/note`, { text: 'x' }, { as: 'reader' });
  const text = await (await scene.get(page)).text();
  const deeds = [
    ...text.matchAll(/<li class="deed">.*?<span class="kind mark \w+">(.*?)<\/span>/g),
  ];
  expect(deeds.map(([, kind]) => kind).toSorted()).toEqual(['Acknowledged', 'Refused']);
  expect(text.match(/<span class="kind">Told<\/span>/g)).toHaveLength(2);
  expect(text).toContain('somebody has it · ');
  expect(text).toContain('first alert · soc-teams, soc-mail (sent)');
  expect(text).toContain('pager: waiting, it answered 502 Bad Gateway');
});

const formOf = async (scene: Scene) =>
  fieldsIn(await (await scene.get(page)).text(), `${page}/acknowledge`);

const act = (id: string, minutes: number, given: Partial<Act> = {}): Act => ({
  id,
  incident: incidentId,
  at: isoOf(night + minutes * minuteMs),
  kind: 'audit',
  what: `did ${id}`,
  isSuccess: true,
  isOwn: true,
  isRenewal: false,
  ip: '203.0.113.9',
  record: null,
  ...given,
});

async function pageAfter(acts: readonly Act[]): Promise<string> {
  const scene = await openScene();
  // Instead of those of the scene.
  scene.deps.acts = async () => acts;
  scene.wait(10 * minuteMs);
  return (await scene.get(page)).text();
}

test('a token that renews itself is no act, and is counted apart', async () => {
  const renewals = [3, 4, 5].map((at) => act(`renewal-${at}`, at, { isRenewal: true }));
  const about = act('about it', 9, { isOwn: false });
  const some = await pageAfter([act('one', 1), ...renewals, act('two', 2), about]);
  expect(some).toMatch(
    /The account has acted 2 times, last <time [^>]*>8 min ago<\/time>, and renewed its session 3 times\./,
  );
  expect(await pageAfter(renewals)).toContain('The account has renewed its session 3 times.');
  expect(await pageAfter([act('one', 1)])).toMatch(
    /has acted once, last <time [^>]*>[^<]*<\/time>\./,
  );
  expect(await pageAfter([about])).not.toContain('The account has');
});

test('what the account did since stands first in what happened, on the page and on a link', async () => {
  const lead = 'bg-01@<wbr>contoso.<wbr>example signed in to Azure Portal';
  const acts = [
    act('one', 1),
    act('two', 2, { isSuccess: false }),
    act('three', 3, { isRenewal: true }),
    act('four', 4, { isOwn: false }),
  ];
  const text = await pageAfter(acts);
  const sheet = (whole: string) => whole.split('id="facts"')[1]?.split('</section>')[0] ?? '';
  expect(sheet(text)).toMatch(
    /Newest, <time [^>]*>8 min ago<\/time>:<\/b> did two, which failed, from 203\.0\.113\.9/,
  );
  expect(sheet(text).indexOf('Newest')).toBeLessThan(sheet(text).indexOf(lead));
  expect(sheet(text).indexOf('Newest')).toBeGreaterThan(-1);
  // What the finding tells is not said twice.
  expect(sheet(await pageAfter([act('before', -10)]))).not.toContain('Newest');

  const scene = await openScene();
  scene.deps.acts = async () => acts;
  const link = await scene.linkFor('ana');
  expect(sheet(await (await scene.get(link, 'anonymous')).text())).toContain('did two');
});

test('a link that was just used no longer says that it works once', async () => {
  const scene = await openScene();
  const link = await scene.linkFor('ana');
  const before = await (await scene.get(link, 'anonymous')).text();
  expect(before).toContain('works once. Do not pass it on.');
  const given = { ...fieldsIn(before, link), claim: 'drill', reason: 'quarterly' };
  const after = await (await scene.post(link, given, { as: 'anonymous' })).text();
  expect(after).toContain('This link is used up');
  expect(after).not.toContain('works once');
});

test.each([
  ['bg-01@contoso.onmicrosoft.com', 'bg-01@<wbr>contoso.<wbr>onmicrosoft.<wbr>com'],
  ['from 203.0.113.9, at 10.5 km. Then', 'from 203.0.113.9, at 10.5 km. Then'],
  ['a "b" <ann@<b>x.de>', 'a &quot;b&quot; &lt;ann@&lt;b&gt;x.<wbr>de&gt;'],
  ['', ''],
])('%s may go on in the next line after its @ and its dots, and is text', (text, markup) => {
  expect(breakable(text).markup).toBe(markup);
});

test('a hostile name makes no page long by its dots', () => {
  const { markup } = breakable('ab.'.repeat(500));
  expect(markup.match(/<wbr>/g)).toHaveLength(8);
  expect(markup.replaceAll('<wbr>', '')).toBe('ab.'.repeat(500));
});

test('whoever has it sees that the account acted since, and that it ends sooner', async () => {
  const scene = await openScene();
  const row = (await scene.cases.read(incidentId, [])).incident;
  if (!row) throw new Error('there is no incident');
  const acknowledgement = {
    by: { id: 'ana', name: 'Ana Ruiz', identifiedBy: 'sign-in' as const },
    at: isoOf(night),
    claim: 'emergency' as const,
    reason: 'CA lock-out',
    until: isoOf(night + 15 * minuteMs),
    holdsUntil: isoOf(night + 15 * minuteMs),
    isOvertaken: false,
  };
  const sheetWith = async (isOvertaken: boolean) => {
    const { incident: stored } = await scene.cases.read(incidentId, []);
    const response = {
      ...row.value.response,
      acknowledgement: { ...acknowledgement, isOvertaken },
    };
    const value = { ...row.value, status: 'acknowledged' as const, response };
    const incident = { value, version: stored?.version ?? null };
    await scene.cases.save({ incidentId, incident, findings: [], deliveries: [] });
    return (await scene.get(page)).text();
  };
  expect(await sheetWith(false)).not.toContain('The account has acted again since.');
  const text = await sheetWith(true);
  expect(text).toContain('<b>The account has acted again since.</b> It counts until 02:20:12 UTC');
});
