import { blobDeadLetters } from '../../../shared/azure/blob-dead-letters.ts';
import { type Check, storageOf } from '../check.ts';
import { fine, toFix } from '../line.ts';

export const deadLettersCheck: Check = {
  name: 'dead letters',
  async run(deps) {
    const letters = blobDeadLetters(storageOf(deps).deadLetters);
    const count = await letters.count();
    if (count === 0) return [fine('letters', 'none')];
    const [newest] = await letters.list({ limit: 1 });
    return [
      toFix(
        'letters',
        `${count} could not be read, judged or sent; the newest was set aside ${newest?.savedAt}`,
        'az storage blob download-batch --auth-mode login --account-name <account> --source dead-letters --destination dead-letters (each line has its reason; docs/operator.md#dead-letters)',
      ),
    ];
  },
};
