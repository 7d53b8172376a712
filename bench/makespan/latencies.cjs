const { types, classes } = require("./latencies.json");

/** How long the creation of a type takes, in seconds, with its source; without an observation, the default of its class. */
exports.latencyOf = (type) => types[type] ?? classes.find((each) => new RegExp(each.type).test(type));
