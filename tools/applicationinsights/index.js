// Azurite loads this even with --disableTelemetry; every call on it must be harmless.
const silent = new Proxy(() => silent, { get: () => silent });
module.exports = silent;
