import { documentsOf } from '../../local/siem/elastic-documents.ts';

type Said = Record<string, unknown>;

const parsed = (text: string) => JSON.parse(text) as Said;

/** The uids of the events in a request, by the kind of its receiver; none in one that asks for receipts. */
export const uidsIn = {
  splunk: (body: string): string[] =>
    body.startsWith('{"acks"')
      ? []
      : body.split('\n').map((line) => String((parsed(line).fields as Said).event_uid)),
  elastic: (body: string): string[] => documentsOf(body).map(({ id }) => id),
  secops: (body: string): string[] =>
    body.split('\n').map((line) => String((parsed(line).metadata as Said).uid)),
  webhook: (body: string): string[] => [String((parsed(body).data as Said).eventUid)],
};
export type PostedKind = keyof typeof uidsIn;
