// The role of the jobs, and what `predict_from` lets it read more; empty, it leaves the role as it is.
module.exports = async ({ resolveVariable }) => {
  const role = await resolveVariable("file(resources/roles/sagemaker.yml)");
  const entries = String(await resolveVariable("param:predict_from")).split(",").filter(Boolean);
  if (entries.length === 0) return role;
  const { Policies } = role.Resources.JobsRole.Properties;
  Policies.push({
    PolicyName: "predict-from",
    PolicyDocument: { Version: "2012-10-17", Statement: entries.flatMap(statementsOf) },
  });
  return role;
};

function statementsOf(entry) {
  const [bucket, prefix] = entry.split(/\/(.*)/s);
  const within = prefix ? `${prefix.replace(/\/+$/, "")}/` : "";
  const arn = `arn:\${AWS::Partition}:s3:::${bucket}`;
  const list = { Effect: "Allow", Action: "s3:ListBucket", Resource: { "Fn::Sub": arn } };
  return [
    {
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:GetObjectVersion"],
      Resource: { "Fn::Sub": `${arn}/${within}*` },
    },
    // IfExists: asking for one object carries no prefix.
    within ? { ...list, Condition: { StringLikeIfExists: { "s3:prefix": `${within}*` } } } : list,
  ];
}
