import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Check } from '../check.ts';
import { fine, type Line, notKnown, toFix } from '../line.ts';

const leastAccounts = 2;

export const policyCheck: Check = {
  name: 'policy',
  async run({ policyFile, policy: read, env, settingsFile }) {
    if ('problems' in read) {
      const how = existsSync(policyFile)
        ? `Mend that line, then: npx glasswatch check --policy ${policyFile}`
        : `npx glasswatch init --policy ${policyFile} (it asks, and writes one); or name another with --policy FILE`;
      return read.problems.map((problem) => toFix('file', problem, how));
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
      ...otherLines(policyFile, env.GLASSWATCH_POLICY, settingsFile),
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

/** Two policies are about: the state that is looked at came about by one of them. */
function otherLines(
  looked: string,
  named: string | undefined,
  settingsFile: string | undefined,
): Line[] {
  const settings = settingsFile ?? 'the environment';
  // In Azure it is a file of the package, which need not lie here under that name.
  if (named && existsSync(named) && resolve(named) !== resolve(looked)) {
    return [
      notKnown(
        'other policy',
        `the settings name ${named}: what has been read, sent and kept so far is by that one`,
        `Leave out --policy to look at what runs; to run this one, set GLASSWATCH_POLICY in ${settings}, or deploy it: azd deploy`,
      ),
    ];
  }
  if (!named || resolve(looked) === resolve(usual) || !existsSync(usual)) return [];
  return [
    fine(
      'other policy',
      `${usual} is here too, and is not the one that ${settings} names: --policy ${usual} looks at it`,
    ),
  ];
}

const usual = 'policy.yaml';
