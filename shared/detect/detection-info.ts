import type { Severity } from '../severity.ts';

/** What a detection or posture check says of itself: for people, for `detections --json` and for the reference. */
export type DetectionInfo = {
  /** As in the catalogue, and the name of its file. */
  id: string;
  title: string;
  /** What it is as a rule; `severityVaries` says when it differs. */
  severity: Severity;
  severityVaries?: string;
  /** Log categories it reads, or `Graph` for the directory snapshot. */
  categories: readonly string[];
  /** MITRE ATT&CK technique ids. */
  techniques: readonly `T${number}`[] | readonly string[];
  source: string;
  /** Why it matters, in one or two sentences. */
  why: string;
  /** What to do next, first thing first. */
  triage: readonly string[];
  falsePositives: readonly string[];
};
