/** A mail as it came through SMTP, taken apart. */
export type ReceivedMail = {
  id: number;
  receivedAt: string;
  from: string;
  to: string[];
  subject: string;
  text: string;
  html: string;
  messageId: string;
  /** Message-ID of the first mail of its thread; its own if it is that. */
  thread: string;
  /** Names in lower case; of several of one name the last. */
  headers: Record<string, string>;
  raw: string;
  /** The first mail with the same Message-ID, if this is not it. */
  repeatOf: number | null;
};
