import type { Severity } from '../severity.ts';
import type { DetectionId } from './detection-ids.ts';
import type { DetectionInfo } from './detection-info.ts';
import type { PostureMatch } from './posture-check.ts';

/**
 * A look at this service itself: whoever meets a fault of it (a channel that fails, a drill without an
 * alert) has it judged. `service-checks/` has one file each, with its metadata, its function and its
 * examples; what is judged differs from one to the next.
 */
export type ServiceCheck = DetectionInfo & {
  id: DetectionId;
  /** Pure: the same thing always gets the same answer. */
  check(judged: never): readonly PostureMatch[];
  examples(): readonly ServiceExample[];
  /** What is judged in an example. */
  example(given: never): unknown;
};

type ServiceExample = { name: string; expect: Severity | 'nothing' };

/** The severities of what an example leads to. */
export const judgeServiceExample = (check: ServiceCheck, given: ServiceExample): Severity[] =>
  check
    .check(check.example(given as never) as never)
    .map(({ severity }) => severity ?? check.severity);
