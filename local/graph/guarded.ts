import { errorBody, GraphError, type RequestIds } from './errors.ts';
import type { Answer, World } from './world.ts';

/** An answer, or the refusal as an answer. */
export function guarded(world: World, ids: RequestIds, answer: () => Answer): Answer {
  try {
    return answer();
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    const body = errorBody(error, { ...ids, at: world.now() });
    return { status: error.status, headers: { ...error.headers }, body };
  }
}
