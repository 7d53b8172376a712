// BENCH_COUNT topics, as slipway's component or in a bare one, by BENCH_HOW.
const { BENCH_HOW: how = "slipway", BENCH_COUNT: count = "10" } = process.env;

const { create } = require(`./${how}`);
create(Number(count));
