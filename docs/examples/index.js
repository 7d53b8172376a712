// The pages' examples are programs in one folder: this one is named by the environment, so that tests deploy each.
module.exports = require(`./${process.env.SLIPWAY_DOCS_EXAMPLE ?? "storage-bucket.ts"}`);
