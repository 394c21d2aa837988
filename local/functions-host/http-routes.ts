/** What an HTTP trigger listens to. `methods` in upper case. */
export interface Route<T> {
  template: string;
  methods: readonly string[];
  target: T;
}

/** Finds what a request is for. */
export type Router<T> = (
  method: string,
  path: string,
) => { status: 200; target: T; params: Record<string, string> } | { status: 400 | 404 | 405 };

/**
 * Matches paths against ASP.NET route templates: literals (in any case), `{id}`, `{id:int}`, `{id?}`
 * and a closing `{*rest}`. The most literal template goes first.
 *
 * @see https://learn.microsoft.com/aspnet/core/fundamentals/routing#route-templates
 */
export function createRouter<T>(prefix: string, routes: readonly Route<T>[]): Router<T> {
  const compiled = routes
    .map((route) => ({ ...route, ...compile(`${prefix}/${route.template}`) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1));

  return (method, path) => {
    let status: 404 | 405 = 404;
    for (const { pattern, names, methods, target } of compiled) {
      const match = pattern.exec(path);
      if (!match) continue;
      if (!methods.includes(method)) {
        status = 405;
        continue;
      }
      try {
        const given = names.map((name, i) => [name, match[i + 1]] as const);
        const params = given.flatMap(([name, value]) =>
          value ? [[name, decodeURIComponent(value)]] : [],
        );
        return { status: 200, target, params: Object.fromEntries(params) };
      } catch {
        return { status: 400 };
      }
    }
    return { status };
  };
}

function compile(template: string) {
  const names: string[] = [];
  let source = '';
  let rank = '';
  for (const segment of template.split('/').filter((part) => part !== '')) {
    const [, star, name, constraint, optional] =
      /^\{(\*{0,2})(\w+)(?::(\w+))?(\?)?\}$/.exec(segment) ?? [];
    if (name === undefined) {
      if (/[{}]/.test(segment)) throw new Error(`The route "${template}" is not supported.`);
      source += `/${segment.replace(/[.*+?^$()|[\]\\]/g, '\\$&')}`;
      rank += '0';
      continue;
    }
    names.push(name);
    const value = constraint === 'int' ? '[+-]?\\d+' : '[^/]+';
    if (star) source += '(?:/(.*))?';
    else source += optional ? `(?:/(${value}))?` : `/(${value})`;
    rank += star ? '2' : '1';
  }
  return { names, rank, pattern: new RegExp(`^${source}/?$`, 'i') };
}
