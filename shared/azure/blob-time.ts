/** How long a blob call may take, its retries included. */
const timeoutMs = 30_000;

export const signal = () => ({ abortSignal: AbortSignal.timeout(timeoutMs) });
