import type { Fault } from "../../local/provider/faults";
import { Deployment } from "./deployment";

const faulty = (...faults: Fault[]) => ({ SLIPWAY_LOCAL_FAULTS: JSON.stringify(faults) });

/** What an undisturbed deployment makes, to compare the others with. */
const undisturbed = (async () => {
    const platform = Deployment.platform();
    await platform.up("dev");
    const made = platform.existing();
    platform.remove();
    return made;
})();

test.each([1, 12, 24, 36])(
    "a provider that is killed at its creation %d is made up for by the next up, with nothing twice",
    async (call) => {
        const platform = Deployment.platform();
        const { code } = await platform.run(
            ["up", "-s", "dev", "--yes", "--skip-preview"],
            faulty({ verb: "create", call, answer: "kill" }),
        );
        expect(code).not.toBe(0);
        expect(platform.existing().length).toBeLessThan((await undisturbed).length);

        await platform.up("dev");
        expect(platform.existing()).toEqual(await undisturbed);
        expect(Object.keys(await platform.up("dev"))).toEqual(["unchanged"]);
        platform.remove();
    },
);

test("an answer that is lost leaves a name taken, and the documented recovery takes it in", async () => {
    const platform = Deployment.platform();
    const type = "gcp:pubsub/topic:Topic";
    await platform.run(
        ["up", "-s", "dev", "--yes", "--skip-preview"],
        faulty({ verb: "create", type, call: 1, answer: "lose" }),
    );
    const id = "projects/acme-forecast-dev/topics/sale-range";
    expect(platform.existing()).toContain(`Topic ${id}`);

    const { code, output } = await platform.run(["up", "-s", "dev", "--yes", "--skip-preview"]);
    expect(code).not.toBe(0);
    expect(output).toContain("Resource already exists in the project (resource=sale-range)");

    const adopted = `"sale-range", { transform: { topic: (_, options) => { options.import = "${id}"; } } }`;
    platform.edit("index.ts", (text) => text.replace('"sale-range"', adopted));
    await platform.up("dev");
    platform.edit("index.ts", (text) => text.replace(adopted, '"sale-range"'));
    expect(Object.keys(await platform.up("dev"))).toEqual(["unchanged"]);
    expect(platform.existing()).toEqual(await undisturbed);
    platform.remove();
});
