import { WatchError } from '../../shared/errors.ts';
import type { Packed } from '../../shared/forward/sink.ts';
import type { SinkTransports } from '../../shared/forward/sink-transports.ts';
import { rejected } from '../../shared/tell/delivery-failure.ts';
import { pickyPost } from './picky-post.ts';
import { isPoison, poisonWords } from './poison.ts';
import { uidsIn } from './uids-in.ts';
import type { Witness } from './witness.ts';

/** The ways out, with a witness at each, and a receiver that never takes certain events. */
export function watchedTransports(
  type: string,
  transports: SinkTransports,
  witness: Witness,
): SinkTransports {
  const { post, uploadLogs, sendToHub, sendFrames, append, close } = transports;
  const watched =
    <A extends unknown[], R>(send: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      witness.request();
      try {
        return await send(...args);
      } catch (error) {
        witness.fault(faultOf(error));
        throw error;
      }
    };
  const posted = Object.keys(uidsIn).find((kind) => kind === type) as keyof typeof uidsIn;
  return {
    post: posted ? pickyPost(posted, watched(post), witness) : watched(post),
    uploadLogs: async (target, batch) => {
      try {
        return await watched(pickyUpload(uploadLogs))(target, batch);
      } catch (error) {
        hearRejection(batch, error, witness);
        throw error;
      }
    },
    async sendToHub(target, batch) {
      const outcomes = await watched(sendToHub)(target, batch);
      for (const one of outcomes) if (one.became === 'later') witness.fault(faultIn(one.says));
      return outcomes;
    },
    ...{ sendFrames: watched(sendFrames), append: watched(append), close },
  };
}

/** What the Logs Ingestion API has against one row it has against the whole call. */
const pickyUpload =
  (upload: SinkTransports['uploadLogs']): SinkTransports['uploadLogs'] =>
  async (target, batch) => {
    const bad = batch.find(({ outgoing }) => isPoison(outgoing.uid));
    if (bad) throw rejected(`127.0.0.1 answered 400: "${poisonWords(bad.outgoing.uid)}"`);
    return upload(target, batch);
  };

function hearRejection(batch: readonly Packed[], error: unknown, witness: Witness): void {
  const isRejected = error instanceof WatchError && error.code === 'DELIVERY_REJECTED';
  const [one] = batch;
  if (!isRejected || !one || batch.length > 1) return;
  witness.refusal(one.outgoing.uid, error.message.slice(`${error.code}: `.length));
}

const faultOf = (error: unknown) => (error instanceof Error ? faultIn(error.message) : 'unknown');

/** What happened, without where. */
function faultIn(says: string): string {
  if (/within \d+ ms/.test(says)) return 'no answer';
  const [, told] = /(answered \w+|\([\w ]+\)|closed the connection)/.exec(says) ?? [];
  return told?.replace(/[()]/g, '') ?? says.slice(0, 60);
}
