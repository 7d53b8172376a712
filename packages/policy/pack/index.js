const { PolicyPack } = require("@pulumi/policy");
const { policies } = require("..");

// Pulumi's SDK reads the version of the pack from the package.json of the working directory, which can be that of the program.
process.chdir(__dirname);
new PolicyPack("slipway", { policies: policies() });
