import { randomUUID } from 'node:crypto';
import {
  type Answers,
  answerNames,
  type Question,
  type Questions,
  type RpcLog,
} from './rpc-messages.ts';
import type { WorkerStream } from './rpc-server.ts';

/** How the host speaks with one worker. */
export type WorkerChannel = {
  /** @throws when the worker is gone, or says nothing for a minute. */
  ask<Name extends Question>(name: Name, question: Questions[Name]): Promise<Answers[Name]>;
  /** Asks for the end; there is no answer to that but the end. */
  terminate(): void;
};

type Waiting = { resolve(answer: unknown): void; reject(error: Error): void; answerName: string };

const longestWaitMs = 60_000;

export function workerChannel(stream: WorkerStream, onLog: (log: RpcLog) => void): WorkerChannel {
  const waiting = new Map<string, Waiting>();
  stream.on('data', (message) => {
    if (message.rpcLog) onLog(message.rpcLog);
    const { requestId = '', content = '' } = message;
    const asked = waiting.get(requestId);
    if (asked && asked.answerName === content) asked.resolve(message[content]);
  });
  let isGone = false;
  const gone = () => {
    isGone = true;
    for (const { reject } of waiting.values()) reject(new Error('The worker is gone.'));
  };
  for (const event of ['end', 'error', 'cancelled']) stream.on(event, gone);

  return {
    ask<Name extends Question>(name: Name, question: Questions[Name]) {
      if (isGone) return Promise.reject(new Error('The worker is gone.'));
      const requestId = randomUUID();
      return new Promise<Answers[Name]>((resolve, reject) => {
        const late = () => reject(new Error(`The worker did not answer ${name}.`));
        const timer = setTimeout(late, longestWaitMs);
        const settled = <Value>(settle: (value: Value) => void) => {
          return (value: Value) => {
            clearTimeout(timer);
            waiting.delete(requestId);
            settle(value);
          };
        };
        waiting.set(requestId, {
          answerName: answerNames[name],
          resolve: settled<unknown>((answer) => resolve(answer as Answers[Name])),
          reject: settled(reject),
        });
        stream.write({ requestId, [name]: question });
      });
    },
    terminate: () => void stream.write({ requestId: randomUUID(), workerTerminate: {} }),
  };
}
