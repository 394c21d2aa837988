export type JumpingClock = {
  /** Epoch milliseconds. */
  now(): number;
  /** How far it is ahead of the computer's. */
  ahead(): number;
  jump(ms: number): void;
};

/** A clock that runs as the computer's does, and leaps over the pauses that the pump asks for. */
export function jumpingClock(ahead = 0): JumpingClock {
  let by = ahead;
  return {
    now: () => Date.now() + by,
    ahead: () => by,
    jump: (ms) => {
      by += Math.max(0, Math.ceil(ms));
    },
  };
}
