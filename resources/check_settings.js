// Judges the settings of a deployment before anything is packaged or sent, by the pipeline's own
// rules: what is not allowed there ends `serverless package` and `deploy` with one sentence.
const { existsSync } = require("node:fs");
const { spawnSync } = require("node:child_process");
const path = require("node:path");

class CheckSettings {
  constructor(serverless, options) {
    const [command] = serverless.processedInput.commands;
    if (command !== "package" && command !== "deploy") return;
    const question = { settings: settingsOf(serverless, options), regions: regionsOf(serverless) };
    const refusal = refusalOf(question, serverless.serviceDir);
    if (refusal) throw new serverless.classes.Error(refusal, "SETTING_REFUSED");
  }
}

// As the framework reads them: the command line before the stage before the default.
function settingsOf(serverless, options) {
  const { service, params } = serverless.configurationInput;
  const stage = options.stage ?? serverless.service.provider.stage;
  const given = (options.param ?? []).map((text) => text.split(/=(.*)/s).slice(0, 2));
  const settings = { ...params.default, ...params[stage], ...Object.fromEntries(given) };
  return { ...settings, region: options.region ?? settings.region, service, stage };
}

// Those that resources/image_accounts.yml lists.
function regionsOf(serverless) {
  const parts = serverless.configurationInput.resources;
  return parts.flatMap((part) => Object.keys(part.Mappings?.ImageAccounts ?? {}));
}

function refusalOf(question, folder) {
  const own = path.join(folder, ".venv", "bin", "python");
  const python = existsSync(own) ? own : "python3";
  const check = spawnSync(python, ["-m", "pipeline.deployment"], {
    cwd: folder,
    input: JSON.stringify(question),
    encoding: "utf8",
  });
  if (check.error) return `the settings cannot be checked: ${check.error.message}`;
  return check.status === 0 ? "" : check.stderr.trim();
}

module.exports = CheckSettings;
