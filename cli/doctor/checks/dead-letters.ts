import { blobDeadLetters } from '../../../shared/azure/blob-dead-letters.ts';
import { cleanLine } from '../../../shared/clean-text.ts';
import { accessTo } from '../account.ts';
import { type Check, storageOf } from '../check.ts';
import { fine, toFix } from '../line.ts';

export const deadLettersCheck: Check = {
  name: 'dead letters',
  async run(deps) {
    const letters = blobDeadLetters(storageOf(deps).deadLetters);
    const count = await letters.count();
    if (count === 0) return [fine('letters', 'none')];
    const [newest] = await letters.list({ limit: 1 });
    const [letter] = (newest && (await letters.read(newest.name))) ?? [];
    const reason = letter ? `: ${cleanLine(letter.reason, 200)}` : '';
    return [
      toFix(
        'letters',
        `${count} could not be read, judged or sent; the newest was set aside ${newest?.savedAt}${reason}`,
        `az storage blob download-batch ${accessTo(deps)} --source dead-letters --destination dead-letters (each line has its reason; docs/operate.md#dead-letters tells what to do with it)`,
      ),
    ];
  },
};
