import { consoleUrl } from './policy.ts';

/** All links in something that was sent, wherever they stand in it. */
export function linksIn(sent: unknown): string[] {
  const text = typeof sent === 'string' ? sent : JSON.stringify(sent, withoutSchema);
  const found = text.match(/https?:\/\/[^\s"'<>\\]+/g) ?? [];
  return [...new Set(found.map((link) => link.replaceAll('&amp;', '&')))];
}

/** It names a format, and nobody opens it. */
const withoutSchema = (key: string, value: unknown) => (key === '$schema' ? undefined : value);

/**
 * What programs do that check links in mails: opens each, goes wherever it is sent, and opens all that
 * it finds there, forms too.
 *
 * @param cookie - of whoever it acts as; empty: nobody.
 * @returns the paths that were opened.
 */
export async function scan(
  links: readonly string[],
  httpUrl: string,
  cookie: string,
): Promise<string[]> {
  const paths = new Set(links.flatMap((link) => pathOf(link, consoleUrl) ?? []));
  for (const path of paths) {
    for (const method of ['GET', 'HEAD']) {
      const answer = await fetch(httpUrl + path, {
        method,
        redirect: 'manual',
        headers: cookie ? { cookie } : {},
      });
      const page = await answer.text();
      const here = httpUrl + path;
      const next = [
        answer.headers.get('location') ?? '',
        ...[...page.matchAll(/(?:href|action|src)="([^"]*)"/g)].map(([, to = '']) => to),
      ];
      for (const to of next) {
        const found = pathOf(to.replaceAll('&amp;', '&'), here);
        if (to !== '' && found) paths.add(found);
      }
    }
  }
  return [...paths];
}

/** @returns undefined for what is elsewhere. */
function pathOf(link: string, base: string): string | undefined {
  const url = URL.parse(link, base);
  return url?.origin === new URL(base).origin ? url.pathname + url.search : undefined;
}
