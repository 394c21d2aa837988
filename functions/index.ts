// The one entry of the bundle: each import registers a function, or a hook.
import './check-posture.ts';
import './console.ts';
import './escalate.ts';
import './forward.ts';
import './hooks/flush-telemetry.ts';
import './hooks/setting-faults.ts';
import './ingest.ts';
import './notify.ts';
import './refresh-directory.ts';
import './sweep-outbox.ts';
import './watch-streams.ts';
