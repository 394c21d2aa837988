import { describe, expect, test, vi } from 'vitest';
import { WatchError } from '../../shared/errors.ts';
import { personalLinks, type UsedLink } from '../../shared/respond/link.ts';
import { type Claims, keyRing, type Ring } from '../../shared/respond/link-keys.ts';
import { memoryShelf } from '../../shared/shelf.ts';
import { dayMs, minuteMs } from '../../shared/time.ts';
import { fieldsIn, incidentId, night, openScene, people, roleId, type Scene } from './scene.ts';

const emergency = { claim: 'emergency', reason: 'CA lock-out' };

/** Opens the link in a browser, fills in the form and sends it. */
async function answer(scene: Scene, link: string, given: object = emergency) {
  const page = await (await scene.get(link, 'anonymous')).text();
  return scene.post(link, { ...fieldsIn(page, link), ...given }, { as: 'anonymous' });
}

const refusals = async (scene: Scene) =>
  (await scene.entries()).filter(({ kind }) => kind === 'refused');

describe('a personal link', () => {
  test('shows the facts to whoever holds it, and changes nothing, however often', async () => {
    const scene = await openScene();
    const link = await scene.linkFor('ana');
    const before = await scene.stored();
    for (let i = 0; i < 5; i += 1) {
      const page = await scene.get(link, 'anonymous');
      expect([page.status, page.headers.get('referrer-policy')]).toEqual([200, 'no-referrer']);
      const text = await page.text();
      expect(text).toContain('Ana Ruiz’s alone');
      expect(text).toContain('203.0.113.9');
      const token = link.replace('/link/', '');
      // The form alone goes back to where the page is.
      expect(text.split(token)).toHaveLength(2);
      expect(text).not.toContain('Timeline');
      expect((await scene.request(link, { as: 'anonymous', method: 'HEAD' })).status).toBe(200);
    }
    expect(await scene.stored()).toBe(before);
  });

  test('answers as its person, without sign-in, once', async () => {
    const scene = await openScene();
    const link = await scene.linkFor('ana');
    const page = await (await scene.get(link, 'anonymous')).text();
    const fields = { ...fieldsIn(page, link), ...emergency };
    const done = await scene.post(link, fields, { as: 'anonymous' });
    expect(done.status).toBe(200);
    const text = await done.text();
    expect(text).toContain('You have it.');
    expect(text).not.toContain('<form');
    expect((await scene.incident()).response.acknowledgement).toMatchObject({
      by: { id: 'ana', name: 'Ana Ruiz', identifiedBy: 'link' },
      claim: 'emergency',
    });
    for (const again of [
      await scene.get(link, 'anonymous'),
      await scene.post(link, fields, { as: 'anonymous' }),
      // A copy of the message, sent again later, has the same link.
      await scene.get(await scene.linkFor('ana'), 'anonymous'),
    ]) {
      expect(again.status).toBe(410);
      expect(await again.text()).toContain('This link was used');
    }
    expect((await scene.get(await scene.linkFor('ana', 'delivery-2'), 'anonymous')).status).toBe(
      200,
    );
    const page2 = await (await scene.get(`/incidents/${incidentId}`, 'reader')).text();
    expect(page2).toContain('Ana Ruiz (by personal link)');
  });

  test('of two at the same time one counts', async () => {
    const scene = await openScene();
    const link = await scene.linkFor('ana');
    const fields = fieldsIn(await (await scene.get(link, 'anonymous')).text(), link);
    const answers = await Promise.all(
      ['one', 'two'].map((reason) =>
        scene.post(link, { ...fields, claim: 'drill', reason }, { as: 'anonymous' }),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 410]);
    const taken = (await scene.entries()).filter(({ kind }) => kind === 'acknowledged');
    expect(taken).toHaveLength(1);
  });

  test('is as good as before if somebody else was first, and says who', async () => {
    const scene = await openScene();
    const [ana, ben] = [await scene.linkFor('ana'), await scene.linkFor('ben')];
    const fields = fieldsIn(await (await scene.get(ben, 'anonymous')).text(), ben);
    await answer(scene, ana);
    const late = await scene.post(ben, { ...fields, ...emergency }, { as: 'anonymous' });
    expect(late.status).toBe(409);
    expect(await late.text()).toContain(
      'Ana Ruiz (by personal link) has it since 02:05:12 UTC: emergency, CA lock-out',
    );
    expect(await scene.shelves.used.get('delivery-1.ben')).toBeUndefined();
    const page = await (await scene.get(ben, 'anonymous')).text();
    expect(page).toContain('has it since');
    expect(page).not.toContain('<form');
  });

  test('is as good as before if storage failed, or the process died in the middle', async () => {
    const scene = await openScene();
    const link = await scene.linkFor('ana');
    const { acknowledge } = scene.deps.responding;
    const spy = vi.spyOn(scene.deps.responding, 'acknowledge');
    spy.mockRejectedValueOnce(new WatchError('STORE_UNAVAILABLE', 'away'));
    expect((await answer(scene, link)).status).toBe(503);
    expect(scene.warnings.join()).not.toContain(link);
    expect(scene.warnings).toEqual(['POST /link/…: STORE_UNAVAILABLE: away']);

    // Dies while it acts: the claim stays.
    const stuck = { at: new Date(night).toISOString(), isDone: false };
    await scene.shelves.used.put('delivery-1.ana', stuck, null);
    expect((await answer(scene, link)).status).toBe(410);
    scene.wait(3 * minuteMs);
    spy.mockImplementation(acknowledge);
    expect((await answer(scene, link)).status).toBe(200);
  });

  test.each([
    ['cut short', (link: string) => link.slice(0, -2)],
    ['of nothing', () => '/link/x'],
    ['with a blank and a slash', (link: string) => `${link}%20/x`],
    ['with three parts of nothing', () => '/link/a.b.c'],
    ['too long', (link: string) => `${link}${'a'.repeat(1900)}`],
    [
      'with no algorithm',
      (link: string) =>
        link.replace(
          /\/link\/[^.]+\.([^.]+)\..*/,
          `/link/${Buffer.from('{"alg":"none"}').toString('base64url')}.$1.`,
        ),
    ],
  ])('%s: a page that says what to do instead', async (_, change) => {
    const scene = await openScene();
    const link = change(await scene.linkFor('ana'));
    const before = await scene.stored();
    for (const got of [
      await scene.get(link, 'anonymous'),
      await scene.post(link, emergency, { as: 'anonymous' }),
    ]) {
      expect(got.status).toBe(404);
      const text = await got.text();
      expect(text).not.toContain('bg-01');
      expect(text).toContain('Sign in to the console instead');
    }
    expect(await scene.stored()).toBe(before);
  });

  test('that is really the token of a form', async () => {
    const scene = await openScene();
    const path = `/incidents/${incidentId}`;
    const page = await (await scene.get(path)).text();
    const { form } = fieldsIn(page, `${path}/acknowledge`);
    expect((await scene.get(`/link/${form}`, 'anonymous')).status).toBe(404);
  });

  test('too old: nothing is shown, and whoever tries is kept with the incident', async () => {
    const scene = await openScene();
    const link = await scene.linkFor('ana');
    const fields = fieldsIn(await (await scene.get(link, 'anonymous')).text(), link);
    scene.wait(61 * minuteMs);
    const got = await scene.get(link, 'anonymous');
    expect([got.status, await got.text()]).toEqual([410, expect.stringContaining('too old')]);
    expect(await refusals(scene)).toHaveLength(0);
    const sent = await scene.post(link, { ...fields, ...emergency }, { as: 'anonymous' });
    expect([sent.status, (await scene.incident()).status]).toEqual([410, 'open']);
    expect(await refusals(scene)).toMatchObject([{ by: { id: 'ana', identifiedBy: 'link' } }]);
  });

  test.each(['nobody', 'glass', '__proto__'])('of %s does not work', async (person) => {
    const scene = await openScene();
    const link = await scene.linkFor(person);
    expect((await scene.get(link, 'anonymous')).status).toBe(403);
    const sent = await scene.post(link, emergency, { as: 'anonymous' });
    expect([sent.status, (await scene.incident()).status]).toEqual([403, 'open']);
    expect(await refusals(scene)).toHaveLength(1);
  });

  test('of somebody who is a break-glass account by their mail does not work', async () => {
    const mail = 'BG-01@contoso.example';
    const scene = await openScene({ people: { eve: { name: 'Eve', mail } } });
    expect((await scene.get(await scene.linkFor('eve'), 'anonymous')).status).toBe(403);
  });

  test('is good for its own incident alone', async () => {
    const scene = await openScene();
    const [one, other] = [
      await scene.linkFor('ana'),
      await scene.linkFor('ana', 'delivery-9', roleId),
    ];
    const fields = fieldsIn(await (await scene.get(one, 'anonymous')).text(), one);
    const sent = await scene.post(other, { ...fields, ...emergency }, { as: 'anonymous' });
    expect([sent.status, (await scene.incident(roleId)).status]).toEqual([403, 'open']);
    const gone = await scene.linkFor('ana', 'delivery-1', 'no-such-incident');
    expect((await scene.get(gone, 'anonymous')).status).toBe(404);
  });

  test.each([
    ['from another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }, 403],
    ['as no form', { 'content-type': 'text/plain' }, 415],
  ])('sent %s: nothing is changed, and it stays good', async (_, headers, status) => {
    const scene = await openScene();
    const link = await scene.linkFor('ana');
    const fields = fieldsIn(await (await scene.get(link, 'anonymous')).text(), link);
    const given = { ...fields, ...emergency };
    const sent = await scene.post(link, given, {
      as: 'anonymous',
      headers: headers as Record<string, string>,
    });
    expect([sent.status, (await scene.incident()).status]).toEqual([status, 'open']);
    expect((await answer(scene, link)).status).toBe(200);
  });

  test('with half a form shows it again', async () => {
    const scene = await openScene();
    const link = await scene.linkFor('ana');
    const half = await answer(scene, link, { claim: 'misuse', reason: '' });
    expect(half.status).toBe(422);
    expect(await half.text()).toMatch(/value="misuse" required checked/);
    expect((await scene.incident()).status).toBe('open');
  });

  test('without a form token, or with one made for another, is refused', async () => {
    const scene = await openScene();
    const link = await scene.linkFor('ana');
    const other = await scene.linkFor('ben');
    const fields = fieldsIn(await (await scene.get(other, 'anonymous')).text(), other);
    for (const given of [emergency, { ...fields, ...emergency }]) {
      expect((await scene.post(link, given, { as: 'anonymous' })).status).toBe(403);
    }
    expect(people.ana).toBeDefined();
    expect((await scene.incident()).status).toBe('open');
  });
});

describe('the keys', () => {
  const claims: Claims = { audience: 'link', subject: 'ana', purpose: 'incident', id: 'j-1' };

  function rings() {
    let now = night;
    const shelf = memoryShelf<Ring>();
    const clock = () => now;
    return {
      shelf,
      open: () => keyRing(shelf, clock),
      wait: (ms: number) => {
        now += ms;
      },
      kept: async () => (await shelf.get('ring'))?.value.keys ?? [],
    };
  }

  test('two instances that begin at once agree on one key', async () => {
    const { open, kept } = rings();
    const [one, two] = [open(), open()];
    const tokens = await Promise.all([one.sign(claims, minuteMs), two.sign(claims, minuteMs)]);
    expect(await kept()).toHaveLength(1);
    for (const ring of [one, two]) {
      for (const token of tokens) {
        expect(await ring.open(token, 'link')).toMatchObject({ state: 'good', claims });
      }
    }
  });

  test('there is a new one after seven days; the one before is good for as long as its links', async () => {
    const { open, wait, kept } = rings();
    const [signer, reader] = [open(), open()];
    await signer.sign(claims, minuteMs);
    const [first] = await kept();
    wait(7 * dayMs - 1000);
    const last = await signer.sign(claims, 60 * minuteMs);
    wait(2000);
    await signer.sign(claims, minuteMs);
    expect((await kept()).map(({ id }) => id === first?.id)).toEqual([false, true]);
    wait(55 * minuteMs);
    expect(await reader.open(last, 'link')).toMatchObject({ state: 'good' });
    wait(10 * minuteMs);
    await signer.sign(claims, minuteMs);
    expect(await kept()).toHaveLength(1);
    expect((await kept())[0]?.id).not.toBe(first?.id);
    expect(await reader.open(last, 'link')).toEqual({ state: 'broken' });
  });

  test('no token lives longer than an hour, whatever is asked', async () => {
    const { open, wait } = rings();
    const ring = open();
    const token = await ring.sign(claims, 30 * dayMs);
    wait(59 * minuteMs);
    expect(await ring.open(token, 'link')).toMatchObject({ state: 'good' });
    wait(2 * minuteMs);
    expect(await ring.open(token, 'link')).toEqual({ state: 'expired', claims });
    expect(await ring.open(token, 'form')).toEqual({ state: 'broken' });
  });

  test('made-up tokens ask storage once a second at most', async () => {
    const { open, shelf, wait } = rings();
    const ring = open();
    const good = await ring.sign(claims, minuteMs);
    const get = vi.spyOn(shelf, 'get');
    const head = Buffer.from('{"alg":"HS256","kid":"made-up"}').toString('base64url');
    const made = good.replace(/^[^.]+/, head);
    wait(1500);
    for (let i = 0; i < 100; i += 1)
      expect(await ring.open(made, 'link')).toEqual({ state: 'broken' });
    expect(get).toHaveBeenCalledTimes(1);
  });

  test('a key that another instance has just made is found', async () => {
    const { open, wait } = rings();
    const [one, two] = [open(), open()];
    await one.sign(claims, minuteMs);
    await two.sign(claims, minuteMs);
    wait(7 * dayMs);
    const token = await two.sign(claims, minuteMs);
    expect(await one.open(token, 'link')).toMatchObject({ state: 'good' });
  });
});

test('links that no one could use any more are forgotten', async () => {
  let now = night;
  const used = memoryShelf<UsedLink>();
  const keys = keyRing(memoryShelf<Ring>(), () => now);
  const links = personalLinks({ keys, used }, () => now);
  const link = { id: 'd.ana', person: 'ana', incident: 'i' };
  await links.useLink(link, async () => ({ isUsed: true, result: 1 }));
  now += 90 * minuteMs;
  await links.forgetOld();
  expect([...(await used.all()).keys()]).toEqual(['d.ana']);
  now += 40 * minuteMs;
  await links.forgetOld();
  expect([...(await used.all()).keys()]).toEqual([]);
});
