import { shapeOf } from '../../../shared/read/events/categories.ts';
import { knownCategories } from '../log-categories.ts';
import type { Rule } from '../rule.ts';

const list = 'infra/tenant/log-categories.txt';

export const tenantRules: readonly Rule[] = [
  {
    name: 'no-tenant-change',
    says: 'no template changes the tenant or what lies above the subscription',
    check: (project) =>
      [...project.files.values()].flatMap((file) => [
        ...file.resources
          .filter(({ type }) => /^(Microsoft\.Graph|microsoft\.aadiam)\//i.test(type))
          .map(({ name, type, line }) => ({
            file: file.path,
            line,
            what: `${name} is a ${type}`,
            allowed: 'a script of infra/tenant',
          })),
        ...(['tenant', 'managementGroup'].includes(file.scope)
          ? [
              {
                file: file.path,
                line: 1,
                what: `its scope is ${file.scope}`,
                allowed: 'a subscription',
              },
            ]
          : []),
      ]),
  },
  {
    name: 'log-categories',
    says: 'the export sends every category that the code watches, spelled as Azure does, and no other',
    check: (project) => {
      const lines = (project.text(list) ?? '').split('\n');
      const listed = lines.flatMap((text, index) => {
        const [kind = '', category = ''] = text.split(' ');
        return text === '' || text.startsWith('#') ? [] : [{ kind, category, line: index + 1 }];
      });
      const told = (line: number, what: string, allowed: string) => ({
        file: list,
        line,
        what,
        allowed,
      });
      const wrong = listed
        .filter(({ kind, category }) => !knownCategories[kind]?.[category])
        .map(({ kind, category, line }) => {
          const allowed = Object.keys(knownCategories[kind] ?? {}).join(', ');
          return told(line, `${category} is none of ${kind || 'nothing'}`, allowed);
        });
      const idle = listed
        .filter(({ category }) => !isWatched(category))
        .map(({ category, line }) => told(line, `nothing watches ${category}`, 'to leave it out'));
      const missing = Object.entries(knownCategories).flatMap(([kind, categories]) =>
        Object.entries(categories)
          .filter(([category, use]) => use === 'needed' && isWatched(category))
          .filter(
            ([category]) => !listed.some((one) => one.kind === kind && one.category === category),
          )
          .map(([category]) =>
            told(1, `${category} is watched and not sent`, `${kind} ${category}`),
          ),
      );
      return [...wrong, ...idle, ...missing];
    },
  },
];

const isWatched = (category: string) => {
  const kind = shapeOf({ category }, {})?.kind;
  return kind !== undefined && kind !== 'unwatched';
};
