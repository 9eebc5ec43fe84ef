// The application, for `npx serverless wsgi serve` only. Given one, the plugin would also copy
// its own handler into the project's folder at every packaging; our handlers need none.
module.exports = () => (process.argv.includes("wsgi") ? "dashboard.wsgi.app" : "");
