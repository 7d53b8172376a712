/** The switches of the mutants of a process, and what is known of the test that runs. The code of the library asks `isSwitchedOn`. */
const switches = {
    /** The mutant that is switched on. */
    on: undefined,
    /** The mutants whose code runs, while they are recorded: in tests, and when modules are loaded. */
    ran: undefined,
    loaded: undefined,
    /** How many modules are loading, each for another one. */
    loading: 0,
    /** The tests of the file that run, by name, with the milliseconds that each took; undefined for all. */
    only: undefined,
    /** Whether a test failed, after which no other one runs. */
    hasFailed: false,
};

globalThis.isSwitchedOn = (name) => {
    (switches.loading > 0 ? switches.loaded : switches.ran)?.add(name);
    return switches.on === name;
};

module.exports = switches;
