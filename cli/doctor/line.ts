/** `unknown`: it can't be known from here, and so is no `ok`. */
export type State = 'ok' | 'fix' | 'unknown';

/** What is said of one thing. */
export type Line = {
  name: string;
  state: State;
  says: string;
  /** The command or the step that mends it, or that makes it known. */
  fix: string | null;
};

export const fine = (name: string, says: string): Line => ({ name, state: 'ok', says, fix: null });

export const toFix = (name: string, says: string, fix: string): Line => ({
  ...{ name, state: 'fix', says, fix },
});

export const notKnown = (name: string, says: string, fix: string | null = null): Line => ({
  ...{ name, state: 'unknown', says, fix },
});
