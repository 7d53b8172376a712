const Runtime = require("../../../test/unit/runtime.js");
const switches = require("./switches.js");

/** Tells which code runs when modules are loaded. */
module.exports = class extends Runtime {
    requireOwn(...given) {
        switches.loading++;
        try {
            return super.requireOwn(...given);
        } finally {
            switches.loading--;
        }
    }
};
