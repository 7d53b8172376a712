import { join } from "node:path";
import { Deployment } from "./deployment";

const folder = join(__dirname, "..", "..", "judges", "bench", "resources");

/** What the program creates. */
async function created(how: "slipway" | "bare"): Promise<string[]> {
    const program = new Deployment(folder, { SLIPWAY_LOCAL_IMMEDIATE: "true" });
    await program.up("dev", { BENCH_HOW: how, BENCH_COUNT: "3" });
    const found = program.existing();
    await program.remove();
    return found;
}

test("many topics and those of the bare component that they are compared with are the same", async () => {
    const topics = await created("slipway");
    expect(topics.filter((each) => each.includes("topic-"))).toHaveLength(3);
    expect(await created("bare")).toEqual(topics);
});

test("a preview creates more topics than the engine has workers, and warns if one of them is replaced", async () => {
    const program = new Deployment(folder, { SLIPWAY_LOCAL_IMMEDIATE: "true" });
    const preview = ["preview", "-s", "dev", "--parallel", "1"];
    // The stack and its environment, a provider, an API, and two for each topic.
    expect((await program.run(preview, { BENCH_COUNT: "12" })).output).toMatch(/\+ 28 to create/);

    await program.up("dev", { BENCH_COUNT: "12" });
    program.edit("slipway.js", (text) => text.replace(/(`topic)(-.*`)/, "$1$2, { name: `other$2 }"));
    const { output } = await program.run(preview, { BENCH_COUNT: "12" });
    await program.remove();
    expect(output).toMatch(/\+-? ?12 to replace/);
    const warnings = output.match(/Topic "topic-\d+": changing name from "topic-\d+" to "other-\d+" replaces it/g);
    expect(new Set(warnings).size).toBe(12);
});
