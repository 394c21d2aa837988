import type { StorageSettings } from '../../../shared/azure/storage.ts';
import { messageOf, WatchError } from '../../../shared/errors.ts';
import { azdValue, setAppSettings } from '../azd-value.ts';
import { type Check, type DoctorDeps, seeGroup, storageOf } from '../check.ts';
import { isEmbedded } from '../embedded.ts';
import { immutabilityLine } from '../immutability.ts';
import { fine, type Line, notKnown, toFix } from '../line.ts';

export const evidenceCheck: Check = {
  name: 'evidence',
  async run(deps) {
    const { evidence } = storageOf(deps);
    return [accountLine(deps), await containerLine(evidence)];
  },
};

/** Whoever may change the state should not also hold what is to prove against it. */
function accountLine(deps: DoctorDeps): Line {
  const settings: StorageSettings | undefined = deps.storage?.settings;
  if (settings && 'account' in settings) {
    if (settings.account !== settings.evidenceAccount) {
      return fine(
        'account',
        `${settings.evidenceAccount}, apart from the state in ${settings.account}`,
      );
    }
    return toFix(
      'account',
      `the evidence lies in ${settings.account}, beside the state: who owns one owns both`,
      setAppSettings(`GLASSWATCH_EVIDENCE__accountName=${azdValue('GLASSWATCH_EVIDENCE_ACCOUNT')}`),
    );
  }
  const says = 'the evidence lies in the account of the state';
  return isEmbedded(deps)
    ? notKnown(
        'account',
        `${says}; on this machine there is one alone`,
        'Nothing to do here: in Azure the templates make an account of its own.',
      )
    : toFix('account', `${says}, as with every connection string`, seeGroup('identity'));
}

/** The line about the account is told even where nobody answers. */
async function containerLine(container: ReturnType<typeof storageOf>['evidence']): Promise<Line> {
  try {
    return await immutabilityLine('container', container, 'evidence');
  } catch (error) {
    if (!(error instanceof WatchError)) throw error;
    return notKnown(
      'container',
      `could not be looked at: ${messageOf(error, 300)}`,
      seeGroup('storage'),
    );
  }
}
