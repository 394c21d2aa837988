import type { Check } from '../check.ts';
import { fine, toFix } from '../line.ts';

const leastAccounts = 2;

export const policyCheck: Check = {
  name: 'policy',
  async run({ policyFile, policy: read }) {
    if ('problems' in read) {
      return read.problems.map((problem) =>
        toFix(
          'file',
          problem,
          `Mend that line, and look with \`npx glasswatch check --policy ${policyFile}\`; \`npx glasswatch init\` writes one anew.`,
        ),
      );
    }
    const { policy, warnings } = read;
    const { tenants, channels, sinks } = policy;
    const counts = [
      `tenants: ${tenants.length}`,
      `channels: ${Object.keys(channels).length}`,
      `SIEMs: ${Object.keys(sinks).length}`,
    ].join(', ');
    return [
      fine('file', `${policyFile} is valid; ${counts}`),
      ...warnings.map((warning) =>
        toFix('warning', warning, `Mend that line of ${policyFile}, and deploy it.`),
      ),
      ...tenants.map(({ name, accounts: { emergency } }) => {
        const says = `break-glass accounts of ${name}: ${emergency.length}`;
        return emergency.length >= leastAccounts
          ? fine('break-glass', says)
          : toFix(
              'break-glass',
              `${says}; there should be ${leastAccounts} at least`,
              `Name them under accounts.emergency of that tenant in ${policyFile}.`,
            );
      }),
      ...(Object.keys(channels).length === 0
        ? [
            toFix(
              'channels',
              'there is none, so nobody is told of anything',
              'Write two channels and their routes: docs/policy.md#channels.',
            ),
          ]
        : []),
    ];
  },
};
