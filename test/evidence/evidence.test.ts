import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Bundle, manifestFile } from '../../shared/evidence/bundle.ts';
import { gather } from '../../shared/evidence/gather.ts';
import { verify } from '../../shared/evidence/verify/verify.ts';
import { canonicalJson } from '../../shared/ledger/canonical-json.ts';
import { hashOfLink, hashOfPayload, sha256Of } from '../../shared/ledger/chain.ts';
import type { Link } from '../../shared/ledger/ledger.ts';
import {
  at,
  entry,
  forged,
  incidentId,
  now,
  otherId,
  sampleBundle,
  sampleEvidence,
  textOf,
} from './sample-evidence.ts';

const bundle = await sampleBundle();
const names = [...bundle.keys()];
const linesIn = (name: string, of: Bundle = bundle) => textOf(of, name).split('\n').slice(0, -1);
const valuesIn = (name: string) => linesIn(name).map((line) => JSON.parse(line));
const head = JSON.parse(textOf(bundle, manifestFile)).ledger.head;

describe('a bundle', () => {
  test('is whole, and says what it can not know', () => {
    const { checked, unknown, faults } = verify(bundle);
    expect(faults).toEqual([]);
    expect(checked.join('\n')).toContain(`head ${head.seq}:${head.hash}`);
    expect(checked.join('\n')).toContain('3 raw records against 2 findings and 1 acts');
    expect(unknown.join('\n')).toContain('--head SEQ:HASH');
    expect(unknown.join('\n')).toContain('behind 8');
    expect(verify(bundle, head).unknown.join('\n')).not.toMatch(/--head|behind/);
  });

  test('holds every link from the first of the incident to the head, and no payload of others', () => {
    const links = valuesIn('ledger.ndjson');
    expect(links.map(({ link }) => link.seq)).toEqual([4, 5, 6, 7, 8, 9, 10]);
    for (const { link, payload } of links) {
      expect(payload !== null).toBe(link.subject === incidentId);
    }
    expect(textOf(bundle, 'ledger.ndjson')).not.toContain(`"incident":"${otherId}"`);
  });

  test('holds the policies that were in force, the one before included', () => {
    const policies = valuesIn('policies.ndjson');
    expect(policies.map(({ link }) => link.seq)).toEqual([2, 5]);
    const texts = policies.map(({ payload }) => textOf(bundle, `policies/${payload.sha256}.yaml`));
    expect(texts).toEqual(['routes: [a]\n', 'routes: [b]\n']);
    expect(verify(bundle).unknown.join('\n')).toContain('the policy of link 2 stands');
  });

  test('holds each raw record as a file that is called by its hash', () => {
    const files = names.filter((name) => name.startsWith('records/'));
    expect(files).toHaveLength(3);
    for (const name of files) {
      expect(name).toBe(`records/${sha256Of(bundle.get(name) ?? '')}.json`);
    }
  });

  test('holds the anchored heads that say something about its links', () => {
    expect(valuesIn('anchors.ndjson').map(({ seq }) => seq)).toEqual([3, 4, 8]);
  });

  test('names the person that it is about as one clean line', () => {
    expect(textOf(bundle, 'README.txt')).toContain('about ada@example.com, opened');
  });
});

describe('a change of a bundle is found, and its file is named', () => {
  const anyFile = fc.constantFrom(...names);
  const found = (changed: Bundle, ...files: string[]) => {
    const { faults } = verify(changed);
    expect(faults).not.toEqual([]);
    // The manifest may be at fault in the place of what it names.
    const named = faults.filter((fault) =>
      [...files, manifestFile].some((file) => fault.startsWith(`${file}:`)),
    );
    expect(named).not.toEqual([]);
  };
  const withFile = (name: string, content: Buffer) => new Map(bundle).set(name, content);

  test('a byte that is another, too much or missing', () => {
    fc.assert(
      fc.property(
        anyFile,
        fc.nat(),
        fc.constantFrom('change', 'insert', 'remove'),
        fc.integer({ min: 1, max: 255 }),
        (name, place, how, byte) => {
          const content = bundle.get(name) as Buffer;
          const index = place % content.length;
          const [before, after] = [content.subarray(0, index), content.subarray(index + 1)];
          const there = content[index] as number;
          const changed = {
            change: Buffer.concat([before, Buffer.from([there ^ byte]), after]),
            insert: Buffer.concat([before, Buffer.from([byte, there]), after]),
            remove: Buffer.concat([before, after]),
          }[how];
          found(withFile(name, changed as Buffer), name);
        },
      ),
      { numRuns: 400 },
    );
  });

  test('a line that is missing, doubled or in another place', () => {
    const withLines = names.filter((name) => linesIn(name).length > 1);
    fc.assert(
      fc.property(fc.constantFrom(...withLines), fc.nat(), fc.nat(), (name, from, to) => {
        const lines = linesIn(name);
        const [line = ''] = lines.splice(from % lines.length, 1);
        const moved = lines.toSpliced(to % (lines.length + 1), 0, line);
        for (const other of [lines, moved, [...moved, line]]) {
          const content = Buffer.from(`${other.join('\n')}\n`);
          if (!content.equals(bundle.get(name) as Buffer)) found(withFile(name, content), name);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('files that are exchanged, missing, or too many', () => {
    fc.assert(
      fc.property(anyFile, anyFile, (one, other) => {
        const [a, b] = [bundle.get(one) as Buffer, bundle.get(other) as Buffer];
        if (!a.equals(b)) found(new Map(bundle).set(one, b).set(other, a), one, other);
        const less = new Map(bundle);
        less.delete(one);
        found(less, one);
        const more = `${one}~`;
        found(withFile(more, a), more);
      }),
    );
  });

  test('anything at all, without a crash', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), fc.uint8Array()), (files) => {
        const some = Object.entries(files).map(
          ([name, bytes]) => [name, Buffer.from(bytes)] as const,
        );
        expect(verify(new Map(some)).faults).not.toEqual([]);
      }),
    );
    const deep = Buffer.from(`${'['.repeat(200_000)}${']'.repeat(200_000)}\n`);
    for (const name of names) found(withFile(name, deep), name);
  });
});

describe('a forger who makes the manifest fit', () => {
  const replaced = (name: string, from: string | RegExp, to: string) => {
    const text = textOf(bundle, name).replace(from, to);
    expect(text).not.toBe(textOf(bundle, name));
    return forged(bundle, { [name]: text });
  };
  const without = (name: string, index: number) => {
    const lines = linesIn(name).toSpliced(index, 1);
    return forged(bundle, { [name]: lines.map((line) => `${line}\n`).join('') });
  };
  const records = names.filter((name) => name.startsWith('records/'));
  const policies = names.filter((name) => name.startsWith('policies/'));

  test('of nothing that was changed is not found', () => {
    expect(verify(forged(bundle, {}), head).faults).toEqual([]);
  });

  test.each([
    [
      'an entry that says something else',
      replaced('journal.ndjson', 'noted: took', 'noted: left'),
      'journal.ndjson: entry noted does not hash',
    ],
    [
      'an entry by somebody else',
      replaced('journal.ndjson', '"Glasswatch"', '"Ana"'),
      'journal.ndjson: entry opened does not hash',
    ],
    [
      'an entry that is gone',
      without('journal.ndjson', 1),
      'journal.ndjson: the entry of link 7 is missing',
    ],
    [
      'the first entries, which are gone with their links',
      forged(bundle, {
        'journal.ndjson': `${linesIn('journal.ndjson').slice(1).join('\n')}\n`,
        'ledger.ndjson': `${linesIn('ledger.ndjson').slice(3).join('\n')}\n`,
        'anchors.ndjson': `${linesIn('anchors.ndjson').at(-1)}\n`,
        'policies.ndjson': `${linesIn('policies.ndjson').slice(0, 1).join('\n')}\n`,
        ...Object.fromEntries(
          linesIn('policies.ndjson')
            .slice(1)
            .map((line) => [`policies/${JSON.parse(line).payload.sha256}.yaml`, null]),
        ),
      }),
      'journal.ndjson: has no entry that opened the incident',
    ],
    [
      'an entry with the place of another',
      replaced('journal.ndjson', '"seq":7', '"seq":8'),
      'journal.ndjson: entry acknowledged: link 8 is about something else',
    ],
    [
      'an entry without a place',
      replaced('journal.ndjson', '"seq":7', '"seq":null'),
      'journal.ndjson: entry acknowledged is not in the ledger yet',
    ],
    [
      'a link that is gone',
      without('ledger.ndjson', 3),
      'ledger.ndjson: link 8 stands behind link 6',
    ],
    [
      'the last links, which are gone',
      forged(bundle, {
        'ledger.ndjson': linesIn('ledger.ndjson')
          .slice(0, 4)
          .map((line) => `${line}\n`)
          .join(''),
      }),
      'anchors.ndjson: the head anchored at 8: ledger.ndjson ends with link 7',
    ],
    [
      'a link about somebody else',
      replaced('ledger.ndjson', otherId, incidentId),
      'ledger.ndjson: link 6 does not hash',
    ],
    [
      'a payload that says something else',
      replaced('ledger.ndjson', 'noted: took', 'noted: left'),
      'ledger.ndjson: the payload of link 8',
    ],
    [
      'a payload that is gone',
      replaced('ledger.ndjson', /"payload":\{[^\n]*\}\}/, '"payload":null}'),
      'ledger.ndjson: the payload of link 4 is missing',
    ],
    [
      'a raw record that says something else',
      forged(bundle, { [records[0] as string]: '{}' }),
      `${records[0]}: does not hash to its name`,
    ],
    [
      'a raw record that is gone',
      forged(bundle, { [records[0] as string]: null }),
      `${records[0]}: missing`,
    ],
    [
      'a raw record too many',
      forged(bundle, { [`records/${sha256Of('{}')}.json`]: '{}' }),
      `records/${sha256Of('{}')}.json: no finding`,
    ],
    [
      'another policy',
      forged(bundle, { [policies[0] as string]: 'routes: []' }),
      `${policies[0]}: does not hash to its name`,
    ],
    [
      'a policy that is gone',
      forged(bundle, { [policies[0] as string]: null }),
      `${policies[0]}: missing`,
    ],
    [
      'a policy of the time that is left out',
      without('policies.ndjson', 1),
      'policies.ndjson: link 5 is missing',
    ],
    [
      'a policy link that says something else',
      replaced('policies.ndjson', 'changed: routes', 'changed: nothing'),
      'policies.ndjson: the payload of link 2',
    ],
    [
      'an anchored head that is another',
      replaced('anchors.ndjson', /"hash":"./, '"hash":"_'),
      'anchors.ndjson: line 1',
    ],
    [
      'an anchored head of another chain',
      forged(bundle, {
        'anchors.ndjson': `${canonicalJson({ seq: 8, hash: sha256Of(''), at })}\n`,
      }),
      'anchors.ndjson: the head anchored at 8: the chain has another hash',
    ],
    [
      'a finding of another incident',
      replaced('findings.ndjson', incidentId, otherId),
      'findings.ndjson: ',
    ],
    [
      'an act of another incident',
      replaced('acts.ndjson', incidentId, otherId),
      'acts.ndjson: act of glass belongs to another incident',
    ],
    [
      'another incident',
      replaced('incident.json', incidentId, otherId),
      'incident.json: is another incident',
    ],
    [
      'JSON that is written otherwise',
      replaced('findings.ndjson', '{', '{ '),
      'findings.ndjson: line 1 is not written as canonical JSON',
    ],
  ])('is found by %s', (_, changed, fault) => {
    const { faults } = verify(changed);
    expect(faults.filter((one) => one.startsWith(fault))).not.toEqual([]);
    expect(faults.filter((one) => /SHA-256|bytes|not named/.test(one))).toEqual([]);
  });

  describe('and the whole chain', () => {
    /** Every link behind a change is made anew, the journal and the anchors too. */
    const rewritten = () => {
      let prev = '';
      const links = valuesIn('ledger.ndjson').map(({ link, payload }) => {
        const said =
          payload?.kind === 'noted' ? { ...payload, text: 'nobody noted anything' } : payload;
        const fields = {
          ...link,
          prev: prev || link.prev,
          sha256: said ? hashOfPayload(said) : link.sha256,
        };
        const made: Link = { ...fields, hash: hashOfLink(fields) };
        prev = made.hash;
        return { link: made, payload: said };
      });
      const linkAt = (seq: number) => links.find(({ link }) => link.seq === seq)?.link;
      const journal = valuesIn('journal.ndjson').map((one) =>
        one.kind === 'noted' ? { ...one, text: 'nobody noted anything' } : one,
      );
      const anchors = valuesIn('anchors.ndjson').map((one) => ({
        ...one,
        hash: linkAt(one.seq)?.hash ?? one.hash,
      }));
      const policies = valuesIn('policies.ndjson').map(({ link, payload }) => ({
        link: linkAt(link.seq) ?? link,
        payload,
      }));
      const text = (values: unknown[]) => values.map((one) => `${canonicalJson(one)}\n`).join('');
      return forged(bundle, {
        'ledger.ndjson': text(links),
        'journal.ndjson': text(journal),
        'anchors.ndjson': text(anchors),
        'policies.ndjson': text(policies),
      });
    };

    test('makes a bundle that fits together', () => {
      expect(verify(rewritten()).faults).toEqual([]);
    });

    test('is found by a head from elsewhere, whichever it is from the change on', () => {
      const links = valuesIn('ledger.ndjson').map(({ link }) => link);
      for (const { seq, hash } of links.filter((link) => link.seq >= 8)) {
        expect(verify(rewritten(), { seq, hash }).faults).toEqual([
          `ledger.ndjson: does not lead to the head ${seq}: the chain has another hash at link ${seq}`,
        ]);
        expect(verify(bundle, { seq, hash }).faults).toEqual([]);
      }
    });

    test.each([
      [2, 'begins with link 4'],
      [3, 'the chain has another hash before link 4'],
      [11, 'ends with link 10'],
    ])('is found, or can not be told, by the head %i', (seq, why) => {
      const { faults, checked } = verify(bundle, { seq, hash: sha256Of('') });
      expect(faults).toEqual([expect.stringContaining(why)]);
      expect(checked.join()).not.toContain('which you named');
    });
  });
});

describe('gathering', () => {
  test('of an incident that nobody knows is nothing', async () => {
    const { source } = await sampleEvidence();
    expect(await gather(otherId, source, now)).toBeUndefined();
  });

  test('waits for what happens meanwhile', async () => {
    const { source, kept, chain } = await sampleEvidence();
    let loads = 0;
    const load = async (id: string) => {
      loads += 1;
      if (loads === 2) await chain(entry('meanwhile', 'checked'));
      return await source.load(id).then((found) => structuredClone(found));
    };
    const gathered = await gather(incidentId, { ...source, load }, now);
    expect(kept.entries.at(-1)?.id).toBe('meanwhile');
    expect(textOf(gathered?.bundle ?? new Map(), 'journal.ndjson')).toContain('meanwhile');
    expect(verify(gathered?.bundle ?? new Map()).faults).toEqual([]);
  });

  test('says which entries are not in the ledger yet', async () => {
    const { source, kept } = await sampleEvidence();
    kept.entries.push(entry('too new', 'noted'));
    const gathered = await gather(incidentId, source, now);
    expect(gathered?.warnings).toEqual([expect.stringMatching(/^1 .* not in the ledger yet/)]);
    expect(verify(gathered?.bundle ?? new Map()).faults).toEqual([
      'journal.ndjson: entry too new is not in the ledger yet: export again',
    ]);
  });

  test('of an incident that no link tells of is no crash', async () => {
    const { source, kept } = await sampleEvidence();
    kept.entries.length = 0;
    const gathered = await gather(incidentId, source, now);
    expect(gathered?.warnings).toEqual([]);
    const { faults, unknown } = verify(gathered?.bundle ?? new Map());
    expect(faults).toEqual([]);
    expect(unknown).toContainEqual(expect.stringContaining('no entry of the journal'));
  });

  test.each([
    ['are gone', (blobs: Map<string, Buffer>) => blobs.clear(), 5],
    [
      'were changed',
      (blobs: Map<string, Buffer>) => {
        for (const [name, content] of blobs) {
          if (name.startsWith('records/'))
            blobs.set(name, Buffer.from(String(content).replace('SignIn', 'Signin')));
        }
      },
      1,
    ],
  ])('says which raw records and policies %s', async (_, spoil, missing) => {
    const { source, blobs } = await sampleEvidence();
    spoil(blobs);
    const gathered = await gather(incidentId, source, now);
    expect(gathered?.warnings).toHaveLength(missing);
    expect(verify(gathered?.bundle ?? new Map()).faults).toHaveLength(missing);
  });

  test('shows an anchored line that is none', async () => {
    const { source, anchors } = await sampleEvidence();
    anchors.push('somebody was here');
    const gathered = await gather(incidentId, source, now);
    expect(verify(gathered?.bundle ?? new Map()).faults).toEqual([
      'anchors.ndjson: line 4 is no JSON',
    ]);
  });
});
