// The one entry of the bundle: each import registers a function.
import './check-posture.ts';
import './console.ts';
import './escalate.ts';
import './flush-telemetry.ts';
import './forward.ts';
import './ingest.ts';
import './notify.ts';
import './refresh-directory.ts';
import './sweep-outbox.ts';
import './watch-streams.ts';
