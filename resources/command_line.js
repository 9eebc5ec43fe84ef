// What is wrong with the command line itself, in one sentence. The framework reads the stage before
// all else; were this found later, it would be told once for each setting.
const STAGE = /^[a-z0-9]{1,7}$/;

module.exports = ({ options }) => {
  if (options.stage !== undefined && !STAGE.test(options.stage)) {
    throw refusal(`stage='${options.stage}' is not 1 to 7 lower-case letters or digits`);
  }
  const wrong = (options.param ?? []).find((text) => !/^[^=]+=./s.test(text));
  if (wrong !== undefined) {
    throw refusal(`--param ${wrong} is not NAME=VALUE: resources/settings.yml lists the names`);
  }
  return { stage: "dev" };
};

// The framework would print the whole stack of an error that has one.
function refusal(sentence) {
  return Object.assign(new Error(sentence), { stack: "" });
}
