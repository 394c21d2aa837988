import type { SnapshotAccount } from '../../watch/directory.ts';
import type { GraphReader, ReadError } from '../reader.ts';
import { inboxRules } from '../requests/principals.ts';
import { isGone } from './groups.ts';

type Fields = Pick<SnapshotAccount, 'forwardsMailTo'>;

/**
 * Where rules of the inbox send mail on to. Exchange may let us into some mailboxes and not into others.
 *
 * @throws {ReadError} if the requests themselves fail; those for single mailboxes are in `errors`.
 */
export async function readMailRules(
  graph: GraphReader,
  userIds: Iterable<string>,
): Promise<{ fields: Map<string, Fields>; errors: ReadError[] }> {
  const fields = new Map<string, Fields>();
  const errors: ReadError[] = [];
  for (const [id, outcome] of await graph.lists(inboxRules, userIds)) {
    if ('error' in outcome) {
      // 404: a licence for mail without a mailbox yet, or one that is still on premises.
      if (!isGone(outcome.error)) errors.push(outcome.error);
      continue;
    }
    const addresses = outcome.value
      .filter(({ isEnabled }) => isEnabled !== false)
      .flatMap(({ actions }) => [
        ...(actions?.forwardTo ?? []),
        ...(actions?.forwardAsAttachmentTo ?? []),
        ...(actions?.redirectTo ?? []),
      ])
      .flatMap(({ emailAddress }) => emailAddress?.address ?? []);
    fields.set(id, { forwardsMailTo: [...new Set(addresses)] });
  }
  return { fields, errors };
}
