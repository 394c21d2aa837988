import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { soundAdministrator } from '../../shared/detect/examples/posture.ts';
import { exampleTenant, people } from '../../shared/detect/examples/tenant.ts';
import { trendOf } from '../../shared/scorecard/history.ts';
import { inventoryOf } from '../../shared/scorecard/inventory.ts';
import { items } from '../../shared/scorecard/items.ts';
import { scorecardPage } from '../../shared/scorecard/page.ts';
import type { Snapshot } from '../../shared/watch/directory.ts';
import { Watchlist } from '../../shared/watch/watchlist.ts';
import {
  ada,
  cardOf,
  type Given,
  invented,
  now,
  snapshotOf,
  soundAccounts,
  soundDirectory,
  verdictsWith,
} from './tenant.ts';

const pageOf = ({ snapshot, ...given }: Given & { snapshot: Snapshot }) => {
  const tenant = { ...exampleTenant, name: 'example', ...given.tenant };
  const watchlist = new Watchlist(tenant);
  watchlist.takeSnapshot(snapshot);
  const inventory = inventoryOf({ watchlist, tenant, snapshot, now });
  return scorecardPage(cardOf({ snapshot, ...given }), inventory);
};

const sound = pageOf({ snapshot: snapshotOf(soundAccounts, soundDirectory) });

const evil = `</style><script>alert(1)</script>"'\`<img src=x onerror=alert(1)>&amp;`;
const evilFindings = {
  'posture-admin-synced': {
    found: [invented('posture-admin-synced', { subject: { ...ada, name: evil }, title: evil })],
    unknown: [{ unknown: evil, about: { ...ada, name: evil } }],
  },
  'posture-admin-no-contact': { unknown: [{ unknown: evil, about: { ...ada, name: evil } }] },
  'posture-consent-settings': { found: [invented('posture-consent-settings', { title: evil })] },
};
const [azureOwner] = soundDirectory.azure.assignments;
const hostile = pageOf({
  snapshot: snapshotOf(
    [
      {
        ...soundAdministrator,
        userPrincipalName: evil,
        manager: { type: 'user', id: 'm', name: evil },
        assignments: [
          { roleTemplateId: evil, roleName: evil, state: 'active', scope: evil, via: evil },
        ],
      },
    ],
    {
      ...soundDirectory,
      gaps: [{ part: 'risk', why: 'failed', detail: evil }],
      conditionalAccess: [{ ...soundDirectory.conditionalAccess[0], name: evil }],
      azure: {
        subscriptions: [{ id: 's1', name: evil, state: evil }],
        assignments: [
          {
            ...azureOwner,
            roleName: evil,
            principal: { type: 'user', id: 'x', name: evil },
            isEligible: false,
          },
        ],
      },
    },
  ),
  verdicts: verdictsWith(evilFindings),
  tenant: {
    name: evil,
    id: exampleTenant.id,
    attested: [{ item: 'incident-plan-owners', by: evil, until: '2027-01-01', note: evil }],
  },
});

/** Names of the elements, in order; whatever is no markup of ours makes another list. */
const tagsOf = (page: string) =>
  [...page.matchAll(/<\/?([a-z][a-z0-9]*)[^>]*>/gi)].map(([, name = '']) => name.toLowerCase());

const allowedTags = new Set(
  'html head meta title style body a header h1 h2 h3 p table caption thead tbody tr th td main section ul li div dl dt dd span footer'.split(
    ' ',
  ),
);

describe.each([
  ['of a sound tenant', sound],
  ['of a hostile one', hostile],
])('a page %s', (_, page) => {
  test('lets nothing run and fetches nothing', () => {
    const [, policy = ''] =
      /<meta http-equiv="Content-Security-Policy" content="([^"]+)">/.exec(page) ?? [];
    const [, sheet = ''] = /<style>([\s\S]*?)<\/style>/.exec(page) ?? [];
    const hash = createHash('sha256').update(sheet).digest('base64');
    expect(policy.replaceAll('&#39;', "'")).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`,
    );
    expect(page.indexOf('Content-Security-Policy')).toBeLessThan(page.indexOf('<style>'));
    expect(page).not.toMatch(/<script|<img|<link|<iframe| style="| on[a-z]+="/i);
    expect(page).not.toMatch(/url\(|@import/);
  });

  test('is made of our own elements, each closed', () => {
    const tags = tagsOf(page);
    expect(tags.filter((tag) => !allowedTags.has(tag))).toEqual([]);
    for (const tag of new Set(tags.filter((name) => name !== 'meta'))) {
      const opened = page.match(new RegExp(`<${tag}[ >]`, 'g'))?.length;
      expect(page.match(new RegExp(`</${tag}>`, 'g'))?.length, tag).toBe(opened);
    }
  });

  test('leads to the guidance and to its own places alone', () => {
    const links = [...page.matchAll(/href="([^"]*)"/g)].map(([, link = '']) => link);
    const ids = new Set([...page.matchAll(/ id="([^"]*)"/g)].map(([, id = '']) => `#${id}`));
    expect(
      links.filter((link) => !ids.has(link) && !link.startsWith('https://learn.microsoft.com/')),
    ).toEqual([]);
    expect(ids.size).toBe([...page.matchAll(/ id="/g)].length);
  });

  test('has one heading at the top, and none that is skipped', () => {
    const levels = [...page.matchAll(/<h([1-6])[ >]/g)].map(([, level]) => Number(level));
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    for (const [index, level] of levels.entries()) {
      expect(level - (levels[index - 1] ?? 0)).toBeLessThanOrEqual(1);
    }
  });

  test('tells each state in a word, and each header what it is of', () => {
    for (const [, state, words = ''] of page.matchAll(/class="state (\w+)">(.*?)<\/span><\/?/g)) {
      expect(words, state).toMatch(/(Met|Not met|Unknown|Attested|Outside)$/);
    }
    expect(page.match(/<th(?! scope="(?:col|row)")[ >]/g)).toBeNull();
  });
});

test('names of the directory stay text, wherever they stand', () => {
  const shown = hostile.match(/&lt;script&gt;alert\(1\)&lt;\/script&gt;/g) ?? [];
  expect(shown.length).toBeGreaterThan(10);
  // An entity that a name brings along is not one.
  expect(hostile).toContain('&amp;amp;');
});

test('every item is on the page, once', () => {
  for (const { id } of items) expect(sound.split(` id="${id}"`), id).toHaveLength(2);
});

test('what is not met stands at the top, with how many it is about', () => {
  expect(hostile).toMatch(/<a href="#admins-cloud-only">[^<]+<\/a> <span class="muted">\(1\)/);
  expect(sound).not.toContain('<h2>Not met');
});

test('a history is told in a sentence', () => {
  const day = (at: string, state: 'met' | 'notMet') => ({
    day: at,
    states: { 'secure-score': state },
    findings: {},
  });
  const trend = trendOf([day('2026-10-30', 'notMet'), day('2026-11-20', 'met')], 30);
  const page = scorecardPage(cardOf(), { holders: [], azure: [] }, trend);
  expect(page).toContain('1 of 51 met, 1 more than on 2026-10-30.');
  expect(page).toContain('Nobody, as far as the directory tells.');
});

test('who holds what is on the page', () => {
  expect(sound).toContain(`>${people.ada.upn}</th>`);
});
