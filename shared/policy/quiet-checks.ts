import { at, itemsOf, textsOf } from './as-written.ts';
import { breakGlassPrefix } from './detections.ts';
import { type KnownNames, unknownTenantsIn } from './known-names.ts';
import { describeFound, type Mistake, type Path } from './problem.ts';

const reason = 'nothing silences a break-glass account';

/** What is wrong with silences and inhibitions beyond their single keys. */
export const quietMistakes = (data: unknown, { tenants }: KnownNames): Mistake[] => [
  ...itemsOf(at(data, 'silences')).flatMap((silence, index) => [
    ...breakGlassDetections(at(silence, 'detections'), ['silences', index, 'detections']),
    ...emergencyAccounts(at(silence, 'accounts'), ['silences', index, 'accounts'], data),
    ...unknownTenantsIn(at(silence, 'tenants'), ['silences', index, 'tenants'], tenants),
  ]),
  ...itemsOf(at(data, 'inhibitions')).flatMap((inhibition, index) =>
    breakGlassDetections(at(inhibition, 'mutes'), ['inhibitions', index, 'mutes']),
  ),
  ...mutedByThemselves(data),
];

const breakGlassDetections = (list: unknown, path: Path): Mistake[] =>
  textsOf(list)
    .filter(({ folded }) => folded.startsWith(breakGlassPrefix))
    .map(({ index, text }) => {
      const own = [...path, index];
      const found = describeFound(text, own);
      return {
        path: own,
        point: 'value',
        reason,
        found,
        allowed: 'any detection but breakglass-*',
      };
    });

function emergencyAccounts(list: unknown, path: Path, data: unknown): Mistake[] {
  const emergency = new Set(
    itemsOf(at(data, 'tenants')).flatMap((tenant) =>
      textsOf(at(tenant, 'accounts', 'emergency')).map(({ folded }) => folded),
    ),
  );
  return textsOf(list)
    .filter(({ folded }) => emergency.has(folded))
    .map(({ index, text }) => {
      const own = [...path, index];
      const found = `${describeFound(text, own)}, an emergency account`;
      const allowed = 'any account that is not an emergency account';
      return { path: own, point: 'value', reason, found, allowed };
    });
}

/** Two that mute each other, by however many steps: at times nobody would hear of either. */
function mutedByThemselves(data: unknown): Mistake[] {
  const inhibitions = itemsOf(at(data, 'inhibitions')).map((one) => ({
    by: textsOf(at(one, 'by')).map(({ folded }) => folded),
    mutes: textsOf(at(one, 'mutes')),
  }));
  const mutedFrom = (start: string): Set<string> => {
    const reached = new Set([start]);
    for (const detection of reached) {
      for (const { by, mutes } of inhibitions) {
        if (by.includes(detection)) for (const { folded } of mutes) reached.add(folded);
      }
    }
    return reached;
  };
  return inhibitions.flatMap(({ by, mutes }, index) =>
    mutes
      .filter(({ folded }) => by.some((one) => mutedFrom(folded).has(one)))
      .map(({ index: position, text }): Mistake => {
        const path = ['inhibitions', index, 'mutes', position];
        const found = `${describeFound(text, path)}, which mutes one of \`by\` in turn`;
        return { path, point: 'value', found, allowed: 'a detection that does not' };
      }),
  );
}
