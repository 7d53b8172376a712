import { relative } from "node:path";

/**
 * The tools that tests of `npm test` may use: others take minutes on a machine that has not built them. What needs a cluster, an image or a
 * container is in `test/clusters`.
 */
Object.assign(process.env, {
    SLIPWAY_TOOLS: "pulumi,cloud-sql-proxy",
    SLIPWAY_TEST: relative(process.cwd(), expect.getState().testPath ?? ""),
});
