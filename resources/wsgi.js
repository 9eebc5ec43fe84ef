// serverless-wsgi, for `npx serverless wsgi serve` only: whatever else is run, it would copy its own
// handler into the project's folder at every packaging, or warn that it has no application.
module.exports = process.argv.includes("wsgi") ? require("serverless-wsgi") : class {};
