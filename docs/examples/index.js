// The pages' examples are programs in one folder: the environment names the one that is deployed, or several as one program.
const examples = (process.env.SLIPWAY_DOCS_EXAMPLE ?? "storage-bucket.ts").split(",");
module.exports = examples.length > 1 ? require("./together")(examples) : require(`./${examples[0]}`);
