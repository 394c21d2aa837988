import { asksForSignIns } from './allowed.ts';
import { changesSince, snapshotOf } from './answer-delta.ts';
import type { PathEntry } from './contract.ts';
import { badRequest } from './errors.ts';
import type { Tenant } from './model.ts';
import type { Page } from './pages.ts';
import { matches } from './query/matches.ts';
import type { Options } from './query/options.ts';
import { project } from './query/project.ts';
import type { Row } from './rows/row.ts';
import type { Answer, Ask, World } from './world.ts';

type Listed = {
  world: World;
  ask: Ask;
  entry: PathEntry;
  options: Options;
  tenant: Tenant;
  rows: () => Row[];
  isRepeated: boolean;
};

const unpaged = new Set([
  '/directoryRoles',
  '/directoryRoles/{id}/members',
  '/directoryRoleTemplates',
  '/subscribedSkus',
  '/domains',
  '/organization',
]);

/** @throws {GraphError} 400: more than a page may hold. */
function pageSize({ entry, options, world }: Pick<Listed, 'entry' | 'options' | 'world'>): number {
  if (unpaged.has(entry.path)) return Number.POSITIVE_INFINITY;
  const isSignIns = entry.path === '/users' && asksForSignIns(options);
  const [usual = 100, most = 999] = entry.page ?? [];
  const limit = isSignIns ? 500 : most;
  const { top } = options;
  if (top !== undefined && top > limit) {
    throw badRequest(
      `Invalid page size specified: '${top}'. Must be between 1 and ${limit} inclusive.`,
    );
  }
  // The service may give fewer than asked for, so small pages are no lie.
  return Math.min(top ?? usual, world.pageSize ?? Number.POSITIVE_INFINITY);
}

const origin = 'https://graph.microsoft.com';

/** The same request with the token of the next page. */
function linkTo({ version, path, query }: Ask, name: string, token: string): string {
  const next = new URLSearchParams(query);
  next.delete('$skiptoken');
  next.delete('$deltatoken');
  if (name === '$deltatoken') for (const old of [...next.keys()]) next.delete(old);
  const before = [...next].map(([key, value]) => `${key}=${encodeURIComponent(value)}&`).join('');
  return `${origin}/${version}${path}?${before}${name}=${token}`;
}

const contextOf = ({ version, path }: Ask) => `${origin}/${version}/$metadata#${path.slice(1)}`;

function answerPage({ ask }: Listed, page: Page, count?: number): Answer {
  const { value, skipToken, last } = page;
  return {
    status: 200,
    headers: {},
    body: {
      '@odata.context': contextOf(ask),
      ...(count !== undefined && { '@odata.count': count }),
      ...(skipToken !== undefined && { '@odata.nextLink': linkTo(ask, '$skiptoken', skipToken) }),
      ...(last !== undefined && { '@odata.deltaLink': linkTo(ask, '$deltatoken', last) }),
      value,
    },
  };
}

/** One page of a collection. */
export function answerList(listed: Listed): Answer {
  const { world, entry, options, isRepeated } = listed;
  const now = world.now();
  const size = pageSize(listed);
  if (options.skipToken !== undefined) {
    return answerPage(listed, world.pages.next(options.skipToken, now, isRepeated));
  }
  const rows = chosen(listed.rows(), options);
  const value = rows.slice(options.skip).map((row) => project(row, entry.v, options));
  const page = world.pages.first(value, { size, now, isRepeated });
  return answerPage(listed, page, options.hasCount ? rows.length : undefined);
}

function chosen(rows: readonly Row[], { filter, orderby }: Options): Row[] {
  const fitting = rows.filter(({ fields }) => !filter || matches(filter, fields));
  if (!orderby) return fitting;
  const { property, isDescending } = orderby;
  const text = ({ fields }: Row) => String(fields[property] ?? '');
  const sorted = fitting.toSorted((a, b) => (text(a) < text(b) ? -1 : Number(text(a) > text(b))));
  return isDescending ? sorted.toReversed() : sorted;
}

/** One page of changes; the last one says where the next round begins. */
export function answerDelta(listed: Listed): Answer {
  const { world, ask, entry, options, tenant, isRepeated } = listed;
  const now = world.now();
  const size = pageSize(listed);
  if (options.skipToken !== undefined) {
    return answerPage(listed, world.pages.next(options.skipToken, now, isRepeated));
  }
  const restart = linkTo(ask, '$deltatoken', '');
  const before =
    options.deltaToken === undefined
      ? undefined
      : world.deltas.find(options.deltaToken, now, restart);
  const rows = chosen(listed.rows(), options);
  const given = { entry, rows, tenant, now };
  const value = changesSince(given, before, options);
  const last = world.deltas.keep(
    snapshotOf(given, before ? { ...options, select: before.select } : options),
  );
  return answerPage(
    listed,
    world.pages.first(repeating(value, size), { size, now, isRepeated, last }),
  );
}

/** The same object may be on two pages of changes: the last one of the first is. */
const repeating = (rows: readonly unknown[], size: number) =>
  rows.length > size ? [...rows.slice(0, size), rows[size - 1], ...rows.slice(size)] : rows;
