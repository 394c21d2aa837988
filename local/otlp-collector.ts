import { measureArticle, measureCss } from './otlp/measure-html.ts';
import { otlpRequest } from './otlp/otlp-request.ts';
import { seriesStore } from './otlp/series-store.ts';
import { sinkPage } from './sink-page.ts';
import { answerJson, postSink } from './sink-post.ts';
import { startSinkServer } from './sink-server.ts';

type OtlpCollectorOptions = {
  /** 0, as by default, takes a free one. */
  port?: number;
  /** Each body that was taken, as it came. */
  onBody?: (body: string) => void;
};

const maxBytes = 4_000_000;

/** A collector of OpenTelemetry metrics (OTLP over HTTP, JSON), and a page that shows how each stands. */
export async function startOtlpCollector({ port = 0, onBody }: OtlpCollectorOptions = {}) {
  const store = seriesStore();

  const posts = postSink({
    maxBytes,
    receive(body, { headers }, response) {
      if (body === undefined) return answerJson(response, 413, { message: 'too large' });
      if (headers['content-type'] !== 'application/json') {
        return answerJson(response, 415, { message: 'only application/json is understood' });
      }
      const result = otlpRequest.safeParse(jsonOf(body));
      if (!result.success) return answerJson(response, 400, { message: 'not understood' });
      store.take(result.data);
      server.changed();
      onBody?.(body);
      answerJson(response, 200, {});
    },
  });

  const server = await startSinkServer({
    port,
    messages: store.measures,
    page: (nonce) =>
      sinkPage({
        title: 'Telemetry',
        about: 'What the service measures of itself. Nothing here leaves this computer.',
        css: measureCss,
        items: store.measures().map(measureArticle),
        nonce,
      }),
    handle(request, response) {
      if (request.method !== 'POST' || request.url !== '/v1/metrics') return false;
      posts.take(request, response);
      return true;
    },
  });

  return {
    url: server.url,
    measures: store.measures,
    failNext: posts.failNext,
    close: server.close,
  };
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
