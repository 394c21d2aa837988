import { blobDirectory } from '../../../shared/azure/blob-directory.ts';
import { type Check, policyOf, storageOf } from '../check.ts';
import { fine, type Line, notKnown } from '../line.ts';
import { neededCategories } from '../log-categories.ts';

export const licenceCheck: Check = {
  name: 'licence',
  async run(deps) {
    const policy = policyOf(deps);
    const directory = blobDirectory(storageOf(deps).directory);
    const lines = await Promise.all(
      policy.tenants.map(async ({ id, name }): Promise<Line[]> => {
        const read = await directory.read(id);
        const plans = read && read !== 'unchanged' ? read.snapshot.organization?.plans : undefined;
        if (!plans) {
          const how =
            'The directory has to be read with Organization.Read.All: docs/permissions.md.';
          return [notKnown(name, 'which licences the tenant has was not read', how)];
        }
        const has = (...some: string[]) => some.some((plan) => plans.includes(plan));
        return [
          has('AAD_PREMIUM', 'AAD_PREMIUM_P2')
            ? fine(`${name} P1`, 'the tenant has Microsoft Entra ID P1')
            : notKnown(`${name} P1`, `not there; ${darkWithout('AAD_PREMIUM')}`, buyIt),
          has('AAD_PREMIUM_P2')
            ? fine(`${name} P2`, 'the tenant has Microsoft Entra ID P2')
            : notKnown(`${name} P2`, `not there; ${darkWithout('AAD_PREMIUM_P2')}`, buyIt),
        ];
      }),
    );
    return lines.flat();

    /** What sees nothing then: detections whose every log takes that licence. */
    function darkWithout(plan: string): string {
      const categories = neededCategories(policy);
      const dark = categories.filter(({ licence }) => licence?.plans[0] === plan);
      const lit = new Set(
        categories.filter((one) => !dark.includes(one)).flatMap(({ detections }) => detections),
      );
      const blind = [...new Set(dark.flatMap(({ detections }) => detections))].filter(
        (id) => !lit.has(id),
      );
      const logs = dark.map(({ name }) => name).join(', ');
      const rules = blind.length > 0 ? `; dark: ${blind.sort().join(', ')}` : '';
      return `Entra does not export ${logs}${rules}`;
    }
  },
};

const buyIt = 'Nothing is broken: these detections only see something with that licence.';
